import { z } from "zod";
import "zod-openapi";
import { parseDuration } from "#core/domain/duration.ts";
import { parseMsisdn } from "#core/domain/msisdn.ts";
import { type Handset, handsetOf } from "#core/domain/numbering/handset.ts";
import { hasStrayZero } from "#core/domain/numbering/stray-zero.ts";
import { isTimeZone } from "#core/domain/quiet-hours/local-time.ts";
import { fail, ok, type Result } from "#core/result.ts";
import type { FieldProblem } from "./problems.ts";

const NAME_MAX = 100;
const REFERENCE_MAX = 200;
const REASON_MAX = 200;
/** Some ten segments of GSM 03.38. */
export const TEXT_MAX = 1_600;
const METADATA_KEYS_MAX = 50;
const METADATA_VALUE_MAX = 500;
const METADATA_KEY = /^[A-Za-z0-9_.-]{1,40}$/;
const TTL_MIN_MS = 1_000;
const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;
/** Field problems that are told at once. */
const PROBLEMS_MAX = 20;

/** Absent and null are the same. */
export const orNull = <T>(value: T | null | undefined): T | null => value ?? null;

/** Characters that no handset shows and no database takes. */
const words = (max: number) =>
  z
    .string("must be a text")
    .min(1, "must not be empty")
    .max(max, `must be at most ${max} characters long`)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "must be well-formed Unicode without NUL");

export const name = words(NAME_MAX);
export const reference = words(REFERENCE_MAX);
export const reason = words(REASON_MAX);
export const text = words(TEXT_MAX).refine((each) => each.trim() !== "", "must not be blank");
export const flag = z.boolean("must be true or false");

/** ISO 3166-1 alpha-2. */
export const country = z
  .string("must be a text")
  .regex(/^[A-Za-z]{2}$/, "must be a country code of two letters, such as GB")
  .transform((code) => code.toUpperCase())
  .meta({ description: "ISO 3166-1 alpha-2", override: { examples: ["GB"] } });

/** The one way in for phone numbers: every spelling of a handset comes to the same number. */
export const readHandset = (written: string): Result<Handset, string> => {
  const number = parseMsisdn(written);
  if (!number.ok) return number;
  const handset = handsetOf(number.value);
  return hasStrayZero(handset) ? fail("must not have a 0 after this country code") : ok(handset);
};

export const phoneNumber = z
  .string("must be a text")
  .transform((written, context) => {
    const number = readHandset(written);
    if (number.ok) return number.value;
    context.addIssue({ code: "custom", message: number.error });
    return z.NEVER;
  })
  .meta({
    description:
      "A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too",
    override: { pattern: "^\\+[1-9][0-9]{6,14}$", examples: ["+447700900123"] },
  });

/** A duration such as `2h`, in milliseconds. */
export const lifetime = z
  .string("must be a duration such as 2h")
  .transform((written, context) => {
    const ms = parseDuration(written);
    if (ms.ok && ms.value >= TTL_MIN_MS) return ms.value;
    context.addIssue({ code: "custom", message: ms.ok ? "must be at least 1s" : ms.error });
    return z.NEVER;
  })
  .meta({ description: "A duration, such as `90s`, `30m`, `2h` or `7d`", override: { examples: ["2h"] } });

/** A duration such as `24h`, or `0s` for none, in milliseconds. */
export const overlap = (maxMs: number) =>
  z
    .string("must be a duration such as 24h")
    .transform((written, context) => {
      const ms = parseDuration(written);
      if (ms.ok && ms.value <= maxMs) return ms.value;
      context.addIssue({
        code: "custom",
        message: ms.ok ? `must be at most ${maxMs / 86_400_000}d` : ms.error,
      });
      return z.NEVER;
    })
    .meta({ description: "A duration, such as `24h`", override: { examples: ["24h"] } });

export const instant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" })
  .transform((written) => Date.parse(written))
  .meta({ description: "RFC 3339, with an offset or Z", override: { examples: ["2026-01-31T12:00:00Z"] } });

const SERVICE = "The id or the slug of a service";

/** Which of them there are is found out later. */
export const service = z
  .string("must be a text")
  .min(1, "must not be empty")
  .max(100, "must be at most 100 characters long")
  .meta({ description: `${SERVICE}; absent: \`default\`` });

/** In the query of a list: absent, of all services. */
export const ofService = service.optional().meta({ description: `${SERVICE}; absent: of all` });

/** In the query of a call about one thing. */
export const inService = service.optional().meta({ description: `${SERVICE}; absent: \`default\`` });

export const metadata = z
  .record(z.string(), words(METADATA_VALUE_MAX), "must be an object of texts")
  .refine(
    (record) => Object.keys(record).every((key) => METADATA_KEY.test(key) && key !== "__proto__"),
    "must have keys of 1 to 40 letters, digits, dots, dashes and underscores",
  )
  .refine(
    (record) => Object.keys(record).length <= METADATA_KEYS_MAX,
    `must have at most ${METADATA_KEYS_MAX} keys`,
  )
  .meta({
    description: "Texts of your own, by keys of 1 to 40 letters, digits, dots, dashes and underscores",
    override: {
      maxProperties: METADATA_KEYS_MAX,
      propertyNames: { type: "string", pattern: METADATA_KEY.source },
    },
  });

export const PROMOTIONAL =
  "Whether it advertises: then it waits for the end of the quiet hours of the service";

export const promotional = flag.optional().meta({ description: PROMOTIONAL });

export const timeZone = z
  .string("must be a text")
  .refine(isTimeZone, "must be a time zone of the IANA database, such as Europe/Paris")
  .meta({
    description:
      "Where they are, for quiet hours: a time zone of the IANA database. Absent: wherever their number may be",
    override: { examples: ["Europe/Paris"] },
  });

export const geoMatch = z.enum(["area", "country", "any"], "must be area, country or any");

export const features = z
  .array(
    z.string("must be a text").regex(/^[A-Z]{2,10}$/, "must be such as SMS"),
    'must be a list such as ["SMS"]',
  )
  .min(1, "must not be empty")
  .max(5, "must have at most 5 entries");

export const whole = (min: number, max: number) =>
  z
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

const queryWhole = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,6}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(whole(min, max));

/** How many items a page has at most; in a query it comes as digits, and is an integer all the same. */
export const pageLimit = (max: number, fallback: number) =>
  queryWhole(1, max)
    .default(fallback)
    .meta({
      description: "How many items a page has at most",
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: "integer", minimum: 1, maximum: max, default: fallback });
      },
    });

/** What every list takes. */
export const pageQuery = {
  limit: pageLimit(PAGE_MAX, PAGE_DEFAULT),
  cursor: z.string().optional().meta({ description: "`next` of the page before" }),
};

/** The same in a body. */
export const pageBody = {
  limit: whole(1, PAGE_MAX).default(PAGE_DEFAULT).meta({ description: "How many items a page has at most" }),
  cursor: z.string("must be a text").optional().meta({ description: "`next` of the page before" }),
};

/** Checks against a schema; paths are dotted, and no message repeats a value. */
export const validate = <T>(schema: z.ZodType<T>, value: unknown): Result<T, readonly FieldProblem[]> => {
  const result = schema.safeParse(value);
  if (result.success) return ok(result.data);
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, value));
  return fail(problems.slice(0, PROBLEMS_MAX));
};

const problemsOf = (issue: z.core.$ZodIssue, value: unknown): readonly FieldProblem[] => {
  const path = issue.path.map(String);
  const shown = path.map(quotable);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...shown, quotable(key)].join("."),
      message: "is not a known field",
    }));
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | null | undefined)?.[key],
    value,
  );
  const message = () => (issue.code === "invalid_type" ? typeProblem(issue, found) : issue.message);
  return [{ path: shown.join("."), message: found === undefined ? "is missing" : message() }];
};

/** A key of the request is shown where it reads like the name of a field: others may be a number, or somebody's words. */
const quotable = (key: string): string => (/^([A-Za-z_][A-Za-z_-]{0,29}|\d{1,4})$/.test(key) ? key : "[key]");

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** In our words, where the schema has none of its own. */
const typeProblem = ({ expected, message }: z.core.$ZodIssueInvalidType, found: unknown): string => {
  if (!message.startsWith("Invalid input")) return message;
  // A query that names a field twice comes as a list.
  return `must be ${KINDS[expected] ?? expected}${Array.isArray(found) ? ", not a list" : ""}`;
};

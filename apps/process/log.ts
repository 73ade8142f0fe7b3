import { type DestinationStream, type Logger, pino } from "pino";
import { describeError } from "./describe-error.ts";
import { requestContext } from "./request-context.ts";

export type Log = Logger;

export interface LogOptions {
  /** Which process speaks: `api`, `gateway`, `sandbox`. */
  readonly name: string;
  readonly level: string;
  /** Which engine, where a process has several. */
  readonly engine?: string;
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
}

const DEPTH_MAX = 4;

/** Fields that may hold a text, a secret or a number, at any depth. */
const REDACTED_FIELDS = new Set([
  "text",
  "body",
  "password",
  "secret",
  "apikey",
  "apisecret",
  "authorization",
  "headers",
  "number",
  "from",
  "to",
  "msisdn",
]);

/**
 * A phone number as such, in a line of JSON: 7 to 15 digits that are no part of a word, a fraction or a UUID. The letter
 * before it may be the end of an escape such as `\n`.
 */
const PHONE_NUMBER =
  /(?<=\W|\\[bfnrt]|\\u[\da-f]{4})(?<!\d\.|-[\da-f]{4}-)\+?\d{7,15}(?!\w|\.\d|-[\da-f]{4}-)/g;
const JSON_TEXT_OR_NUMBER = /"(?:\\.|[^"\\])*"|(?<![\w.])\d{7,15}(?![\w.])/g;

const redactFields = (value: unknown, depth = 0): unknown => {
  if (value instanceof Error) return describeError(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[deep]";
  if (Array.isArray(value)) return value.map((each) => redactFields(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      REDACTED_FIELDS.has(key.toLowerCase().replaceAll(/[_-]/g, ""))
        ? "[redacted]"
        : redactFields(each, depth + 1),
    ]),
  );
};

/** The last gate: what looks like a phone number does not leave, in whatever field or sentence it stands. */
const withoutNumbers = (line: string): string =>
  line.replace(JSON_TEXT_OR_NUMBER, (found) =>
    found.startsWith('"') ? found.replace(PHONE_NUMBER, "[number]") : '"[number]"',
  );

/**
 * A log of JSON lines without anything private: errors are described instead of dumped, fields that may hold texts,
 * secrets or numbers are left out, and numbers that look like phone numbers are struck out of the finished line.
 */
export const createLog = ({ name, level, engine, destination }: LogOptions): Log =>
  pino(
    {
      level,
      base: engine === undefined ? { name } : { name, engine },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => requestContext.getStore() ?? {},
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactFields(fields) as Record<string, unknown>,
      },
      hooks: { streamWrite: withoutNumbers },
    },
    destination ?? pino.destination(1),
  );

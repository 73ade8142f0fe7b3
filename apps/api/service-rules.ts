import { z } from "zod";
import { formatDuration, parseDuration } from "#core/domain/duration.ts";
import { LEAK_ACTIONS } from "#core/domain/leak-guard.ts";
import type { OutOfSessionRule } from "#core/domain/out-of-session.ts";
import { isHookSecret } from "#core/domain/policy.ts";
import { WEEKDAYS } from "#core/domain/quiet-hours/quiet-hours.ts";
import { alphabetOf, countSegments } from "#core/domain/segments.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import { LIMIT_ACTIONS } from "#core/domain/text-limits.ts";
import { NOTICE_KINDS } from "#core/domain/wishes/notices.ts";
import { LANGUAGES } from "#core/domain/wishes/wish.ts";
import * as fields from "./validation.ts";

const language = z.enum(LANGUAGES, `must be one of ${LANGUAGES.join(", ")}`);

/** One SMS: a notice that needs two costs twice, and may come in halves. */
const notice = fields.text.refine(
  (text) => alphabetOf(text) === "gsm7" && countSegments(text) === 1,
  "must fit into one SMS of the GSM alphabet (160 characters)",
);

const texts = z.partialRecord(
  language,
  z.partialRecord(z.enum(NOTICE_KINDS, `must be one of ${NOTICE_KINDS.join(", ")}`), notice),
);

const leakAction = z.enum(LEAK_ACTIONS, `must be one of ${LEAK_ACTIONS.join(", ")}`).default("off");

const leaks = z
  .strictObject({
    phone: leakAction.meta({
      description: "Telephone numbers, also such as are written in words or dealt out over texts",
    }),
    email: leakAction.meta({ description: "Mail boxes" }),
    link: leakAction.meta({ description: "Web addresses" }),
    handle: leakAction.meta({ description: "User names somewhere else" }),
    warn: fields.flag
      .default(false)
      .meta({ description: "Tells the writer once an hour that something was hidden or not passed on" }),
  })
  .meta({
    id: "LeakRules",
    description:
      "What is done about ways to reach a writer elsewhere: nothing, an event, hidden, or not passed on. What is only likely is observed at most",
  });

const count = (most: number) =>
  z.int("must be a whole number").min(1, "must be 1 or more").max(most, `must be at most ${most}`);

const limits = z
  .strictObject({
    perMinute: count(1_000).default(20),
    perHour: count(10_000).default(200),
    perDay: count(100_000).nullable().default(1_000).meta({
      description: "Texts of one person in all conversations of the service; null: any number",
    }),
    sameLinkTo: count(100).nullable().default(null).meta({
      description:
        "Conversations into which one person may write a link to the same page within an hour; null: any number",
    }),
    sameTextTo: count(100).nullable().default(null).meta({
      description:
        "Conversations into which one person may write the same text within an hour; null: any number",
    }),
    action: z.enum(LIMIT_ACTIONS, `must be one of ${LIMIT_ACTIONS.join(", ")}`).default("hold"),
  })
  .meta({
    id: "LimitRules",
    description:
      "How many texts of one person in one conversation are passed on; beyond it they leave later in order, are blocked, or told and passed on",
  });

/** An answer that comes later than this is of no use to whoever waits for the text. */
const HOOK_TIMEOUT_MS_MAX = 30_000;
const HOOK_TIMEOUT_MS_MIN = 100;

const hookTimeout = (fallback: string) =>
  z
    .string("must be a duration such as 2s")
    .prefault(fallback)
    .transform((written, context) => {
      const ms = parseDuration(written);
      if (ms.ok && ms.value >= HOOK_TIMEOUT_MS_MIN && ms.value <= HOOK_TIMEOUT_MS_MAX) return ms.value;
      context.addIssue({ code: "custom", message: ms.ok ? "must be 100ms to 30s" : ms.error });
      return z.NEVER;
    })
    .meta({
      description: "How long an answer is waited for",
      override: { type: "string", examples: ["2s"] },
    });

const hookAddress = {
  url: z.string("must be a text").max(2_000, "must be at most 2000 characters long").meta({
    description: "Where your app listens: https, or http where it is on the same machine",
  }),
  secret: z
    .string("must be a text")
    .refine(isHookSecret, "must be whsec_ and 24 to 64 random bytes in base64")
    .optional()
    .meta({
      description:
        "Signs what is posted there, as webhooks are signed; never shown. Absent: as it is already",
    }),
};

const beforeRelay = z
  .strictObject({
    ...hookAddress,
    timeout: hookTimeout("2s"),
    onSilence: z.enum(["relay", "block"], "must be relay or block").meta({
      description: "What becomes of a text without an answer: it is passed on as it is, or not at all",
    }),
  })
  .meta({
    id: "BeforeRelayHook",
    description: "Your app sees each text before it is passed on, and says what becomes of it",
  });

const openings = z
  .strictObject({
    perHour: count(1_000_000).nullable().default(null).meta({ description: "Of the whole service" }),
    perPrefix: count(1_000_000).nullable().default(60).meta({
      description: "To participants whose numbers are the same but for the last four digits",
    }),
  })
  .meta({ id: "OpeningLimits", description: "How many conversations may be opened in an hour" });

const outOfSession = z.strictObject({ ...hookAddress, timeout: hookTimeout("10s") }).meta({
  id: "OutOfSessionHook",
  description:
    "Your app sees texts that reach nobody, and may open a conversation for them before it answers",
});

const clockTime = z
  .string("must be a text")
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time of day such as 08:00");

const weekday = z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`);

const quietHours = z
  .strictObject({
    from: clockTime.default("20:00"),
    to: clockTime.default("08:00"),
    days: z
      .array(weekday, "must be a list of days")
      .max(6, "must leave a day on which texts may be sent")
      .default([])
      .meta({ description: "Days that are quiet as a whole" }),
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "must not be the same as from" })
  .meta({
    id: "QuietHours",
    description: "When texts that are marked as promotional wait, by the clocks where the recipient is",
  });

/** Sooner, carriers take their time as well; later, a text is over. */
const DELAY_MS_MIN = 60_000;
const delayNoticeAfter = fields.lifetime
  .refine((ms) => ms >= DELAY_MS_MIN, "must be at least 1m")
  .nullish()
  .meta({
    description:
      "Tells whoever wrote a text that no carrier has taken for so long, at most once in five hours; null: nobody is told",
    override: { type: ["string", "null"], examples: ["15m"] },
  });

/** Rules as they are asked for: durations such as `2h`. A new rule gets its field here, and in the domain. */
export const serviceRules = z
  .strictObject({
    ttl: fields.lifetime.nullish(),
    idleTtl: fields.lifetime.nullish(),
    quarantine: fields.lifetime.optional(),
    messageTtl: fields.lifetime.optional(),
    geoMatch: fields.geoMatch.optional(),
    sticky: fields.flag.optional(),
    language: language.nullish(),
    texts: texts.optional(),
    leaks: leaks.nullish(),
    limits: limits.nullish(),
    beforeRelay: beforeRelay.nullish(),
    outOfSession: outOfSession.nullish(),
    quietHours: quietHours.nullish(),
    openings: openings.nullish(),
    spendCap: count(100_000_000).nullish().meta({
      description:
        "Segments that intros, texts marked as promotional and broadcasts may take in a day, by UTC, beside SPEND_CAP of the installation: both hold; null: any number",
    }),
    delayNoticeAfter,
    notDelivered: fields.flag
      .optional()
      .meta({ description: "Tells whoever wrote a text that has failed, at most once in five hours" }),
  })
  .meta({ id: "ServiceRules", description: "What is not said goes by the settings of the installation" });

type Asked = z.output<typeof serviceRules>;

export const toServiceRules = ({
  ttl,
  idleTtl,
  quarantine,
  messageTtl,
  delayNoticeAfter,
  beforeRelay: policy,
  outOfSession: stranger,
  ...rules
}: Asked): ServiceRules =>
  defined({
    ...rules,
    ...{ ttlMs: ttl, idleTtlMs: idleTtl, quarantineMs: quarantine, messageTtlMs: messageTtl },
    delayNoticeAfterMs: delayNoticeAfter,
    beforeRelay: policy && { ...toHook(policy), onSilence: policy.onSilence },
    outOfSession: stranger && toHook(stranger),
  });

/** Without a secret it keeps the one that it has. */
const toHook = ({ url, secret, timeout }: z.output<typeof outOfSession>): OutOfSessionRule => ({
  ...{ url, secret: secret ?? null },
  timeoutMs: timeout,
});

export const showServiceRules = ({
  ttlMs,
  idleTtlMs,
  quarantineMs,
  messageTtlMs,
  delayNoticeAfterMs,
  beforeRelay: policy,
  outOfSession: stranger,
  ...rules
}: ServiceRules): unknown =>
  defined({
    ttl: shown(ttlMs),
    idleTtl: shown(idleTtlMs),
    quarantine: shown(quarantineMs),
    messageTtl: shown(messageTtlMs),
    delayNoticeAfter: shown(delayNoticeAfterMs),
    beforeRelay: policy && {
      ...{ url: policy.url, timeout: shown(policy.timeoutMs), onSilence: policy.onSilence },
    },
    outOfSession: stranger && { url: stranger.url, timeout: shown(stranger.timeoutMs) },
    ...rules,
  });

const shown = <T extends number | null | undefined>(ms: T) =>
  typeof ms === "number" ? formatDuration(ms) : ms;

/** Without what says nothing. */
const defined = <T extends object>(rules: T): T =>
  Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== undefined)) as T;

import { z } from "zod";
import "zod-openapi";
import { MESSAGE_STATES } from "#core/domain/message-state.ts";
import {
  AVAILABLE,
  CONVERSATION,
  EXPLANATION,
  FAILURE_OF_CODE,
  LINK,
  LINK_SETTING,
  MESSAGE,
  NUMBER,
  OPT_OUT,
  POOL,
  SERVICE,
} from "./examples.ts";

/**
 * What the API answers, as schemas: published in `/openapi.json`, where further fields may come, and strict here, so that a test
 * shows a field that is answered and not described.
 */
const SUFFIX = "[0-7][0-9a-hjkmnp-tv-z]{25}";
const idOf = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${SUFFIX}$`))
    .meta({ description: `The id of a ${what}` });

const conversationId = idOf("cnv", "conversation");
const participantId = idOf("par", "participant");
const messageId = idOf("msg", "message");
const serviceName = z.string().meta({ description: "`default`, or the id of another service" });

/** E.164 with a plus. */
export const shownNumber = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/)
  .meta({ description: "A phone number, E.164 with a plus" });
export const shownTime = z.iso.datetime().meta({ description: "RFC 3339, in UTC" });
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ description: "ISO 3166-1 alpha-2" });
const count = z.int().min(0);
const unreadable = z.literal(true).optional().meta({
  description:
    "What is stored is damaged, or sealed with a key that the server lacks; what cannot be read is null",
});

/** A list as every list is answered. */
export const listOf = <T extends z.ZodType>(item: T, example: unknown, more: z.ZodRawShape = {}) =>
  z
    .strictObject({
      items: z.array(item),
      next: z
        .string()
        .nullable()
        .meta({ description: "The `cursor` of the next page; null: this is the last" }),
      ...more,
    })
    .meta({ examples: [{ items: [example], next: null }] });

const participant = z
  .strictObject({
    id: participantId,
    name: z.string().nullable(),
    number: shownNumber.nullable().meta({ description: "The real number; null when it is unreadable" }),
    country,
    virtualNumber: shownNumber.meta({ description: "Stands for this participant: the other one texts it" }),
  })
  .meta({ id: "Participant", description: "One of the two in a conversation" });

export const conversation = z
  .strictObject({
    id: conversationId,
    service: serviceName,
    reference: z
      .string()
      .nullable()
      .meta({ description: "The caller's own id, unique among the open conversations of the service" }),
    version: count.meta({ description: "One more with each change but that somebody texts" }),
    state: z.enum(["open", "closed"]),
    participants: z.array(participant).length(2),
    formerParticipants: z
      .array(participant.extend({ leftAt: shownTime }).meta({ id: "FormerParticipant" }))
      .meta({ description: "Those who were replaced, in the order in which they left" }),
    openedAt: shownTime,
    expiresAt: shownTime.nullable(),
    idleTtl: z
      .string()
      .nullable()
      .meta({ description: "Ends when nobody has texted for this long, such as `2h`" }),
    lastMessageAt: shownTime.nullable(),
    closedAt: shownTime.nullable(),
    closeReason: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    unreadable,
  })
  .meta({
    id: "Conversation",
    description: "Two participants who text each other through virtual numbers",
    examples: [CONVERSATION],
  });

const failure = z.strictObject({ code: z.string(), detail: z.string() }).meta({
  id: "Failure",
  description: "Why a message did not arrive: a code of ours or the carrier's, and a sentence",
});

export const message = z
  .strictObject({
    id: messageId,
    conversationId: conversationId.nullable().meta({ description: "Null: the text of a stranger" }),
    sender: z
      .union([participantId, z.literal("app")])
      .nullable()
      .meta({ description: "A participant, `app`, or null: a stranger" }),
    recipient: participantId.nullable(),
    text: z.string().nullable().meta({ description: "Null once erased" }),
    state: z.enum(MESSAGE_STATES).meta({ description: "More states may come" }),
    link: z.enum(["smpp", "http"]).nullable().meta({ description: "The kind of carrier link it went over" }),
    segments: count,
    attempts: count,
    carrierMessageIds: z.array(z.string()),
    failure: failure.nullable(),
    receivedAt: shownTime,
    queuedAt: shownTime.nullable(),
    sentAt: shownTime.nullable(),
    finalAt: shownTime.nullable(),
    unreadable,
  })
  .meta({ id: "Message", description: "A text, on its way or at its end", examples: [MESSAGE] });

export const foundMessage = message
  .extend({
    texted: shownNumber.nullable().meta({ description: "The virtual number that a stranger texted" }),
  })
  .meta({
    id: "FoundMessage",
    description: "A text found by a number",
    examples: [{ ...MESSAGE, texted: null }],
  });

export const nearMiss = z
  .strictObject({ virtualNumber: shownNumber, conversations: z.array(conversation) })
  .meta({
    id: "NearMiss",
    description: "A virtual number that a stranger texted, and the open conversations in which it is texted",
  });

export const number = z
  .strictObject({
    number: shownNumber,
    service: serviceName,
    country,
    features: z.array(z.string()),
    state: z.enum(["active", "draining", "reserved"]).meta({ description: "More states may come" }),
    liveRoutes: count,
    quarantinedRoutes: count,
    addedAt: shownTime,
  })
  .meta({ id: "Number", description: "A virtual number of ours", examples: [NUMBER] });

export const pool = z
  .strictObject({
    service: serviceName,
    country,
    numbers: z
      .strictObject({ active: count, draining: count, reserved: count })
      .meta({ description: "More states may come" }),
    liveRoutes: count,
    quarantinedRoutes: count,
    minimum: count.meta({ description: "The fewest numbers with which these routes could be" }),
    boundBy: participantId
      .nullable()
      .meta({ description: "A participant who has as many routes; null: there is none" }),
    headRoom: count.meta({ description: "Active numbers beyond the minimum" }),
  })
  .meta({
    id: "Pool",
    description: "The numbers of a country, and what its conversations need",
    examples: [POOL],
  });

export const offeredNumber = z
  .strictObject({
    number: shownNumber,
    country,
    features: z.array(z.string()),
    monthlyCost: z.string().nullable().meta({ description: "Decimal, in EUR" }),
  })
  .meta({ id: "AvailableNumber", description: "A number that could be rented", examples: [AVAILABLE] });

export const link = z
  .strictObject({
    name: z.string(),
    kind: z.enum(["smpp", "http"]),
    direction: z.enum(["transceiver", "transmitter", "receiver"]),
    process: z.string().meta({ description: "The process that the link belongs to" }),
    state: z.enum(["up", "degraded", "connecting", "paused", "down"]),
    reason: z
      .strictObject({ code: z.string(), name: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: "Why it is not up" }),
    since: shownTime,
    nextAttemptAt: shownTime.nullable(),
    inFlight: count,
    window: count,
    rate: z.number().meta({ description: "Segments a second" }),
    sent: count,
    throttled: count,
  })
  .meta({ id: "Link", description: "A carrier link of one process", examples: [LINK] });

export const linkSetting = z
  .strictObject({
    name: z.string(),
    kind: z.enum(["smpp", "http"]),
    paused: z.boolean(),
    window: count.nullable().meta({ description: "Segments under way; null: as each process is set up" }),
    rate: count
      .nullable()
      .meta({ description: "Segments a second of its account; null: as each process is set up" }),
    restarts: count.meta({ description: "How often it was told to restart" }),
    version: count.meta({ description: "Grows by one with each change" }),
    changedAt: shownTime,
    changedBy: z.string().meta({ description: "The name of the key that changed it last" }),
  })
  .meta({
    id: "LinkSetting",
    description: "What operators have said of the links of a name, in all processes",
    examples: [LINK_SETTING],
  });

export const failureOfCode = z
  .strictObject({
    code: z.string().meta({ description: "As a message's `failure` has it" }),
    meaning: z.string(),
    advice: z.string().meta({ description: "What to do about it" }),
    count,
    lastAt: shownTime,
    numbers: z
      .array(z.strictObject({ number: shownNumber, count }))
      .meta({ description: "Our numbers that these texts came from, at most 100, the most frequent first" }),
  })
  .meta({
    id: "FailureOfCode",
    description: "Texts that did not arrive for one reason",
    examples: [FAILURE_OF_CODE],
  });

export const optOut = z
  .strictObject({
    number: shownNumber,
    since: shownTime,
    source: z.enum(["text", "api", "carrier"]),
    word: z.string().nullable().meta({ description: "What was texted, such as STOP" }),
    scope: z.enum(["service", "all"]),
    virtualNumber: shownNumber.nullable().meta({ description: "The number that was texted" }),
  })
  .meta({ id: "OptOut", description: "A handset that wants no texts from us", examples: [OPT_OUT] });

export const rentFailure = failure.nullable().meta({ description: "Why fewer were rented than asked for" });

export const explanation = z
  .strictObject({
    outcome: z.enum(["relay", "unroutable", "blocked", "failed", "command"]),
    reason: z.string().nullable(),
    command: z.string().nullable().meta({ description: "What the text asks of us, such as `stop`" }),
    conversationId: conversationId.nullable(),
    sender: participantId.nullable(),
    recipient: participantId.nullable(),
    recipientNumber: shownNumber.nullable(),
    shownNumber: shownNumber.nullable().meta({ description: "What the recipient sees as the sender" }),
    since: shownTime.nullable(),
    until: shownTime.nullable(),
  })
  .meta({
    id: "RouteExplanation",
    description: "What a text would do, or who was behind a number",
    examples: [EXPLANATION],
  });

export const service = z
  .strictObject({
    id: idOf("svc", "service"),
    slug: z.string(),
    name: z.string().nullable(),
    version: count.meta({ description: "Grows with each change" }),
    rules: z.record(z.string(), z.unknown()).meta({ description: "As they were asked for: `ServiceRules`" }),
    createdAt: shownTime,
  })
  .meta({ id: "Service", description: "A brand on this installation", examples: [SERVICE] });

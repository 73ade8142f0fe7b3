import { adviceOn } from "#core/domain/failure-advice.ts";
import { PARKED_MAX, STRANGERS_MAX } from "#core/domain/retention.ts";
import type { JournalEvent, JournalFacts } from "#core/ports/journal.ts";
import type { JournalLevel } from "#core/ports/journal-facts/level.ts";
import type { Silence } from "#core/ports/policy.ts";

/** How a fact is said. */
export interface Sentence<Fact> {
  readonly says: string | ((fact: Fact) => string);
  /** What tells alike from unlike where many may come: of those that are alike, few are written. Absent: each is. */
  readonly alike?: (fact: Fact) => string;
  /** Where it depends on the fact. */
  readonly level?: (fact: Fact) => JournalLevel;
}

const SILENCES: Readonly<Record<Silence, string>> = {
  timeout: "The hook of a service did not answer in time",
  unreachable: "The hook of a service cannot be reached",
  refused: "The hook of a service answered with another status than 2xx",
  unreadable: "The hook of a service answered what is no answer",
  blocked: "The hook of a service is at an address to which nothing is sent",
  crowded: "Too many texts wait for the hook of a service",
  failed: "The hook of a service could not be asked",
};

/** By event: a line for people; the fact itself stands beside it. */
export const SENTENCES: { readonly [Event in JournalEvent]: Sentence<JournalFacts[Event]> } = {
  configured: { says: "The settings" },
  settingWarned: { says: ({ warning }) => warning },
  ready: { says: "Ready" },
  stopping: { says: "Stopping" },
  stopped: { says: "Stopped" },
  componentFailed: {
    says: ({ during }) =>
      during === "start" ? "A component did not start" : "A component did not stop cleanly",
    // A failed start is a line on standard error already, in words.
    level: ({ during }) => (during === "start" ? "debug" : "error"),
  },
  componentLate: { says: "The time to finish is over" },
  leftOpen: { says: "Something is still open after everything has stopped" },
  bugFound: { says: "A fault of our own", alike: ({ where }) => where },
  databaseAwaited: { says: ({ problem }) => `${problem}; trying again` },
  databaseLost: { says: "The database is away" },
  databaseBack: { says: "The database is back" },
  writesDelayed: { says: "What waited for the database is written", alike: () => "" },
  routesUnsteady: { says: "Messages are refused: their routes change all the time", alike: () => "" },
  schemaMigrated: { says: "The schema is up to date" },
  databaseSaid: { says: ({ line }) => line },
  clockSkewed: { says: "The clocks of the database and of this process differ", alike: () => "" },
  valueUnreadable: {
    says: ({ reason }) =>
      reason === "damaged"
        ? "A sealed value is damaged and cannot be opened"
        : "A sealed value is of a key that ENCRYPTION_KEYS lacks: it is left to processes that have the key",
    alike: ({ purpose, reason, keyId }) => `${purpose} ${reason} ${keyId}`,
  },
  fenced: { says: "Others had taken this process for dead: what it had in hand is theirs", alike: () => "" },
  leaseLost: { says: "The lease is lost: nothing is sent until the database answers", alike: () => "" },
  leaseRegained: { says: "The lease is held again: sending goes on", alike: () => "" },
  partitionsTaken: { says: "Partitions were taken over", alike: () => "" },
  partitionsHandedOver: { says: "Partitions were handed over to others", alike: () => "" },
  messagesRecovered: {
    says: "Processes were silent for too long: what they had in hand is queued again",
    alike: () => "",
  },
  linkUp: { says: "The link is up", alike: ({ link }) => link },
  linkDown: {
    says: ({ detail }) => `The link is down: ${detail}`,
    alike: ({ link, code }) => `${link} ${code}`,
    // One that an operator must look at is more than one that comes back by itself.
    level: ({ againInMs, alarm }) => (againInMs === null ? "info" : alarm ? "error" : "warn"),
  },
  bindRefused: {
    says: ({ detail }) => `The bind is refused: ${detail}`,
    alike: ({ link, code }) => `${link} ${code}`,
  },
  linkDeaf: { says: ({ detail }) => `The link is degraded: ${detail}`, alike: ({ link }) => link },
  linkHears: { says: "The link is as it should be again", alike: ({ link }) => link },
  linkControlled: {
    says: ({ isPaused, by }) =>
      isPaused ? `The link is paused by ${by}` : `The link goes by what ${by} has said of it`,
    alike: ({ link }) => link,
  },
  throttled: { says: 'The carrier says "too fast": sending slows down', alike: ({ link }) => link },
  throttlingOver: { says: 'The carrier says "too fast" no more', alike: ({ link }) => link },
  answersLost: {
    says: "Answers of the carrier were lost: whether it has these messages is unknown",
    alike: ({ link }) => link,
  },
  deliveriesPutOff: {
    says: "Deliveries were put off: the carrier shall bring them again",
    alike: ({ link }) => link,
  },
  linkFaulted: { says: "A fault on a link", alike: ({ link }) => link },
  pduMalformed: {
    says: "A malformed PDU",
    alike: ({ link, commandId, reason }) => `${link} ${commandId} ${reason}`,
  },
  deliveryIgnored: {
    says: "A delivery was acknowledged and goes no further",
    alike: ({ link, reason }) => `${link} ${reason}`,
  },
  messageRetried: {
    says: "A message did not leave and is tried again",
    alike: ({ link, code }) => `${link} ${code}`,
  },
  messageEnded: {
    says: ({ state, code }) => `A message has ${ENDED[state]}${adviceIn(code)}`,
    alike: ({ state, code, link }) => `${state} ${code} ${link}`,
  },
  notDelivered: {
    says: ({ code }) => `The carrier says that a message did not arrive${adviceIn(code)}`,
    alike: ({ code }) => code,
  },
  loopCut: {
    says: "Two machines answered each other: their texts go no further",
    alike: ({ conversationId }) => conversationId,
  },
  webhookFailing: {
    says: "An application's webhook endpoint fails: one attempt is made for each step of the schedule",
    alike: ({ endpointId }) => endpointId,
  },
  webhookRecovered: {
    says: "An application's webhook endpoint works again",
    alike: ({ endpointId }) => endpointId,
  },
  webhookDisabled: {
    says: ({ reason }) =>
      reason === "gone"
        ? "A webhook endpoint has answered 410: nothing is delivered there until it is resumed"
        : "A webhook endpoint has failed for days: nothing is delivered there until it is resumed",
  },
  webhookGivenUp: {
    says: "An event could not be delivered by any attempt",
    alike: ({ endpointId }) => endpointId,
  },
  webhookEventsMissed: {
    says: "Events were dropped before they could be delivered to a webhook endpoint",
    alike: ({ endpointId }) => endpointId,
  },
  policySilent: {
    says: ({ why, choice }) =>
      `${SILENCES[why]}: ${choice === "block" ? "the text goes no further" : "the text goes on without its answer"}`,
    alike: ({ why, choice }) => `${why} ${choice}`,
  },
  policyBlocked: { says: "The hook of a service let a text go no further", alike: ({ reason }) => reason },
  webhookRefused: {
    says: ({ outcome }) =>
      outcome === "other-numbers"
        ? "A receipt came with other numbers than those of its message: it was acknowledged and changes nothing"
        : "A webhook of the carrier was refused",
    alike: ({ route, outcome }) => `${route} ${outcome}`,
  },
  requestAnswered: { says: "Request" },
  signInRefused: { says: "A sign-in to the console was refused", alike: () => "" },
  numberShown: { says: "A real number was shown" },
  answerNotKept: { says: "An answer could not be kept", alike: () => "" },
  poolLow: { says: "Numbers run out", alike: ({ country }) => country },
  poolRecovered: { says: "There are numbers enough again", alike: ({ country }) => country },
  numbersRented: { says: "Numbers were rented", alike: ({ country }) => country },
  rentingRefused: {
    says: "A number could not be rented",
    alike: ({ country, code }) => `${country} ${code}`,
  },
  rentingBudgetSpent: {
    says: "No number is rented: the budget of RENT_COUNTRIES is spent",
    alike: ({ country }) => country,
  },
  excessDropped: {
    says: `More receipts of unknown ids (${PARKED_MAX}) or texts of strangers (${STRANGERS_MAX}) came than are kept: the oldest are forgotten`,
  },
  parkedReceiptsDropped: { says: "Receipts whose messages were never found are forgotten" },
};

const ENDED: Readonly<Record<JournalFacts["messageEnded"]["state"], string>> = {
  delivered: "been delivered",
  failed: "failed",
  expired: "expired",
  blocked: "been held back",
  unroutable: "gone nowhere",
};

/** What all texts from a number have in common until somebody acts is said with what to do. */
const adviceIn = (code: string): string => {
  const { isOfNumber, meaning, advice } = adviceOn(code);
  return isOfNumber ? `: ${meaning}. ${advice}; GET /v1/failures says which number it is` : "";
};

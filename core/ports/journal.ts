// One table of facts, longer than other files: whoever wonders what an operator is told looks here.
import type { FinalState } from "#core/domain/message-state.ts";
import type { LinkDirection } from "./carrier-link.ts";

/**
 * What an operator is told, by name. Facts hold ids of ours, names of links, codes, counts and durations (`…Ms`: milliseconds); never a
 * number, a text, a key or a password. `code` is ours or a carrier's, `detail` a sentence without values.
 */
export interface JournalFacts {
  /** The settings at the start, without secrets: of those only whether they are set. */
  readonly configured: { readonly settings: Readonly<Record<string, string | number | boolean | null>> };
  readonly settingWarned: { readonly warning: string };
  readonly ready: { readonly address: string };
  readonly stopping: { readonly reason: string };
  readonly stopped: object;
  readonly componentFailed: {
    readonly component: string;
    readonly during: "start" | "stop";
    readonly error: unknown;
  };
  /** It has not finished in the time that it had. */
  readonly componentLate: { readonly component: string };
  readonly leftOpen: { readonly open: readonly string[] };
  /** A fault of ours. `instance`: the name that a client got for it. */
  readonly bugFound: { readonly where: string; readonly error: unknown; readonly instance?: string };

  /** The database cannot be worked with yet, and the start waits for it. */
  readonly databaseAwaited: { readonly problem: string };
  readonly databaseLost: { readonly reason: string };
  /** `failures`: statements that failed meanwhile. */
  readonly databaseBack: { readonly awayMs: number; readonly failures: number };
  /** A batch that met with lost storage is written now, so long after it began. `refused`: carriers were told to bring it again. */
  readonly writesDelayed: {
    readonly delayMs: number;
    readonly messages: number;
    readonly receipts: number;
    readonly refused: boolean;
  };
  /** Messages are refused for now: their routes change whenever they are written. */
  readonly routesUnsteady: { readonly messages: number };
  readonly schemaMigrated: { readonly migrations: number };
  /** A line of the embedded database. */
  readonly databaseSaid: { readonly line: string };
  /** Positive: storage's clock is ahead of this process's. */
  readonly clockSkewed: { readonly skewMs: number };
  /** A sealed value does not open; the row is left to processes that have the key. `row` names no number. */
  readonly valueUnreadable: {
    readonly purpose: string;
    readonly row: string;
    readonly reason: string;
    readonly keyId: string | null;
  };

  /** Others had declared this process expired: what it had in hand is theirs, and it begins anew as `dispatcher`. */
  readonly fenced: { readonly dispatcher: string; readonly messages: number };
  /** Storage has not answered in time: nothing is sent until it does. */
  readonly leaseLost: { readonly dispatcher: string };
  readonly leaseRegained: { readonly dispatcher: string; readonly lostMs: number };
  readonly partitionsTaken: { readonly partitions: number; readonly owned: number };
  readonly partitionsHandedOver: {
    readonly partitions: number;
    readonly messages: number;
    readonly tookMs: number;
  };
  /** Other processes were silent and are expired; what they had in hand is queued again. */
  readonly messagesRecovered: { readonly dispatchers: number; readonly messages: number };

  readonly linkUp: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly downMs: number | null;
  };
  /** `againInMs`: null when it does not connect again. `alarm`: retrying alone will not help. */
  readonly linkDown: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly code: string;
    readonly cause: string;
    readonly detail: string;
    readonly upMs: number | null;
    readonly againInMs: number | null;
    readonly alarm: boolean;
  };
  /** The carrier refuses the bind. */
  readonly bindRefused: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly code: string;
    readonly cause: string;
    readonly detail: string;
    readonly againInMs: number | null;
    readonly alarm: boolean;
  };
  /** It is there, but receives nothing or gets no answers. */
  readonly linkDeaf: { readonly link: string; readonly code: string; readonly detail: string };
  readonly linkHears: { readonly link: string; readonly deafMs: number };
  /** A carrier has said "too fast" for the first time in a while. */
  readonly throttled: { readonly link: string };
  readonly throttlingOver: { readonly link: string; readonly lastedMs: number; readonly answers: number };
  /** Nobody knows whether the carrier has them. */
  readonly answersLost: { readonly link: string; readonly messages: number };
  /** Too many wait here: the carrier shall bring them again. */
  readonly deliveriesPutOff: { readonly link: string; readonly deliveries: number };
  readonly linkFaulted: { readonly link: string; readonly error: unknown };
  readonly pduMalformed: { readonly link: string; readonly commandId: number; readonly reason: string };
  /** It was acknowledged and goes no further. */
  readonly deliveryIgnored: { readonly link: string; readonly reason: string };

  readonly messageRetried: {
    readonly messageId: string;
    readonly link: string;
    readonly code: string;
    readonly attempts: number;
    readonly againInMs: number;
  };
  /** It ended without an answer of a carrier that it arrived; `link`: `none` when none had it. */
  readonly messageEnded: {
    readonly messageId: string;
    readonly state: FinalState;
    readonly code: string;
    readonly link: string;
  };
  /** A carrier's receipt says that a message, or a part of one, did not arrive. */
  readonly notDelivered: { readonly code: string };
  /** Two machines answered each other's texts. */
  readonly loopCut: { readonly conversationId: string };
  /** The policy gave no answer that counts, and the service's own choice was taken. */
  readonly policySilent: { readonly conversationId: string; readonly choice: "relay" | "block" };
  /** The policy let a text go no further; `reason`: its own code. */
  readonly policyBlocked: { readonly conversationId: string; readonly reason: string };

  /** An application's endpoint has failed several times in a row: until it works, one attempt is made for each step of the schedule. */
  readonly webhookFailing: {
    readonly endpointId: string;
    readonly code: string;
    readonly failures: number;
    readonly againInMs: number;
  };
  readonly webhookRecovered: { readonly endpointId: string; readonly failedMs: number };
  /** Nothing is delivered there until somebody resumes it. */
  readonly webhookDisabled: { readonly endpointId: string; readonly reason: string };
  /** All attempts to deliver an event have failed. */
  readonly webhookGivenUp: { readonly endpointId: string; readonly eventId: string; readonly code: string };
  /** Events were dropped from the log before they could be delivered. */
  readonly webhookEventsMissed: { readonly endpointId: string };

  /** A carrier's webhook was not taken. */
  readonly webhookRefused: { readonly route: string; readonly outcome: string };
  readonly requestAnswered: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly tookMs: number;
  };
  /** Somebody came to the console with a key that is none. */
  readonly signInRefused: object;
  /** A person has looked at a participant's real number in the console. `key`: the name of their API key. */
  readonly numberShown: {
    readonly key: string;
    readonly conversationId: string;
    readonly participantId: string;
  };
  /** The answer to a request that may be repeated could not be kept. */
  readonly answerNotKept: { readonly error: unknown };

  /** `headroom`: 0 to 1, how much of the country's numbers the busiest participant has left. */
  readonly poolLow: { readonly country: string; readonly numbers: number; readonly headroom: number };
  readonly poolRecovered: { readonly country: string; readonly numbers: number; readonly headroom: number };
  readonly numbersRented: { readonly country: string; readonly numbers: number; readonly tookMs: number };
  readonly rentingRefused: { readonly country: string; readonly code: string; readonly detail: string };
  readonly rentingBudgetSpent: { readonly country: string; readonly budget: number };
  /** More receipts of unknown ids, or texts of strangers, came than are kept. */
  readonly excessDropped: { readonly receipts: number; readonly strangers: number };
  /** Receipts whose message was never found are forgotten. */
  readonly parkedReceiptsDropped: { readonly receipts: number };
}

export type JournalEvent = keyof JournalFacts;

/** Hears of facts. Its methods return at once and never throw. */
export type Journal = { readonly [Event in JournalEvent]: (fact: JournalFacts[Event]) => void };

/** `error` needs a person. `warn` is an anomaly that the system deals with, `info` a change of state, `debug` what happens all the time. */
export type JournalLevel = "error" | "warn" | "info" | "debug";

export const JOURNAL_LEVELS: Readonly<Record<JournalEvent, JournalLevel>> = {
  configured: "info",
  settingWarned: "warn",
  ready: "info",
  stopping: "info",
  stopped: "info",
  componentFailed: "error",
  componentLate: "error",
  leftOpen: "warn",
  bugFound: "error",
  databaseAwaited: "warn",
  databaseLost: "warn",
  databaseBack: "warn",
  writesDelayed: "warn",
  routesUnsteady: "error",
  schemaMigrated: "info",
  databaseSaid: "info",
  clockSkewed: "warn",
  valueUnreadable: "error",
  fenced: "warn",
  leaseLost: "warn",
  leaseRegained: "warn",
  partitionsTaken: "info",
  partitionsHandedOver: "info",
  messagesRecovered: "warn",
  linkUp: "info",
  linkDown: "warn",
  bindRefused: "error",
  linkDeaf: "warn",
  linkHears: "warn",
  throttled: "warn",
  throttlingOver: "warn",
  answersLost: "warn",
  deliveriesPutOff: "warn",
  linkFaulted: "error",
  pduMalformed: "warn",
  deliveryIgnored: "warn",
  messageRetried: "warn",
  messageEnded: "warn",
  notDelivered: "warn",
  loopCut: "warn",
  webhookFailing: "warn",
  webhookRecovered: "info",
  webhookDisabled: "error",
  webhookGivenUp: "warn",
  webhookEventsMissed: "error",
  policySilent: "warn",
  policyBlocked: "info",
  webhookRefused: "warn",
  requestAnswered: "debug",
  signInRefused: "warn",
  numberShown: "info",
  answerNotKept: "warn",
  poolLow: "warn",
  poolRecovered: "info",
  numbersRented: "info",
  rentingRefused: "warn",
  rentingBudgetSpent: "warn",
  excessDropped: "warn",
  parkedReceiptsDropped: "warn",
};

export const JOURNAL_EVENTS = Object.keys(JOURNAL_LEVELS) as readonly JournalEvent[];

/** A fact with its name. */
export type Tell = <Event extends JournalEvent>(event: Event, fact: JournalFacts[Event]) => void;

/** A journal that hands every fact to one function, which must not throw. */
export const journalTo = (tell: Tell): Journal =>
  Object.fromEntries(
    JOURNAL_EVENTS.map((event) => [event, (fact: JournalFacts[typeof event]) => tell(event, fact)]),
  ) as unknown as Journal;

/** Each fact goes to all of them, in order. */
export const journalToAll = (journals: readonly Journal[]): Journal =>
  journalTo((event, fact) => {
    for (const journal of journals) journal[event](fact);
  });

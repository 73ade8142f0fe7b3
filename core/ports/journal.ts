import type { LevelsOf } from "./journal-facts/level.ts";
import { LINK_LEVELS, type LinkFacts } from "./journal-facts/links.ts";
import { MESSAGE_LEVELS, type MessageFacts } from "./journal-facts/messages.ts";
import { OWNERSHIP_LEVELS, type OwnershipFacts } from "./journal-facts/ownership.ts";
import { POOL_LEVELS, type PoolFacts } from "./journal-facts/pools.ts";
import { PROCESS_LEVELS, type ProcessFacts } from "./journal-facts/process.ts";
import { REQUEST_LEVELS, type RequestFacts } from "./journal-facts/requests.ts";
import { STORAGE_LEVELS, type StorageFacts } from "./journal-facts/storage.ts";
import { WEBHOOK_LEVELS, type WebhookFacts } from "./journal-facts/webhooks.ts";

/**
 * What an operator is told, by name. Facts hold ids of ours, names of links, codes, counts and durations (`…Ms`: milliseconds); never a
 * number, a text, a key or a password. `code` is ours or a carrier's, `detail` a sentence without values.
 */
export interface JournalFacts
  extends ProcessFacts,
    StorageFacts,
    OwnershipFacts,
    LinkFacts,
    MessageFacts,
    WebhookFacts,
    RequestFacts,
    PoolFacts {}

export type JournalEvent = keyof JournalFacts;

/** Hears of facts. Its methods return at once and never throw. */
export type Journal = { readonly [Event in JournalEvent]: (fact: JournalFacts[Event]) => void };

export const JOURNAL_LEVELS: LevelsOf<JournalFacts> = {
  ...PROCESS_LEVELS,
  ...STORAGE_LEVELS,
  ...OWNERSHIP_LEVELS,
  ...LINK_LEVELS,
  ...MESSAGE_LEVELS,
  ...WEBHOOK_LEVELS,
  ...REQUEST_LEVELS,
  ...POOL_LEVELS,
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

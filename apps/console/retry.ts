import type { Conversation, FeedEvent, Message, Problem } from "./model.ts";

/** Texts that failed for one reason, sent once more one by one. */
export interface Retry {
  readonly code: string;
  /** Those that failed since; milliseconds since the epoch. */
  readonly since: number;
  /** `counted`: somebody has to say that they are to be sent. */
  readonly phase: "counting" | "counted" | "running" | "over";
  /** Ids of messages, the oldest first. */
  readonly found: readonly string[];
  /** There are more than are sent at once. */
  readonly isCut: boolean;
  /** So many of the found have been begun. */
  readonly begun: number;
  /** Those under way, with what was read of each so far. */
  readonly running: Readonly<Record<string, Message | null>>;
  readonly sent: number;
  /** They are not to be sent, or could not be. */
  readonly refused: number;
  /** Why, of the last one that the API refused. */
  readonly problem: Problem | null;
}

/** So many are under way at the same time. */
export const RETRIES_AT_ONCE = 4;
/** So many are sent at most; who has more looks at what became of these first. */
export const RETRIES_MAX = 1_000;

export const newRetry = (code: string, since: number): Retry => ({
  ...{ code, since, phase: "counting", found: [], isCut: false, begun: 0 },
  ...{ running: {}, sent: 0, refused: 0, problem: null },
});

/** With what another page of the log tells. */
export const withEvents = (retry: Retry, events: readonly FeedEvent[]): Retry => {
  const failed = events.filter(
    ({ timestamp, data }) => data.code === retry.code && Date.parse(timestamp) >= retry.since,
  );
  const found = [...new Set([...retry.found, ...failed.flatMap(({ subject }) => subject ?? [])])];
  return { ...retry, found: found.slice(0, RETRIES_MAX), isCut: found.length > RETRIES_MAX };
};

/** A text that is still for the same two people; null: it is not, or there is nothing left of it. */
export const repeatable = (message: Message, conversation: Conversation): Message | null => {
  const present = conversation.participants.map(({ id }) => id);
  const isOfSame =
    message.recipient !== null &&
    present.includes(message.recipient) &&
    (message.sender === "app" || (message.sender !== null && present.includes(message.sender)));
  return isOfSame && message.text !== null && conversation.state === "open" ? message : null;
};

export const isUnderWay = (retry: Retry | null): boolean =>
  retry !== null && (retry.phase === "counting" || Object.keys(retry.running).length > 0);

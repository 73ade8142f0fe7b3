import type { LoggedEvent } from "#core/domain/event.ts";

/** Something that is stored, and that the log must tell. */
export interface WrittenFact {
  readonly type: string;
  readonly subject: string;
  readonly conversationId: string | null;
}

const STEPS = ["message.received", "message.sent", "message.delivered"];

/** What is wrong with what a reader was told: empty when it is all that was written, each once, in an order that causes allow. */
export const eventProblems = (
  events: readonly LoggedEvent[],
  written: readonly WrittenFact[],
): readonly string[] => {
  const problems: string[] = [];
  const keyOf = ({ type, subject }: { readonly type: string; readonly subject: string | null }): string =>
    `${type} ${subject}`;
  const told = Map.groupBy(events, keyOf);
  const expected = new Set(written.map(keyOf));
  for (const key of expected) if (!told.has(key)) problems.push(`missing: ${key}`);
  for (const [key, { length }] of told) {
    if (length > 1) problems.push(`told ${length} times: ${key}`);
    if (!expected.has(key)) problems.push(`never happened: ${key}`);
  }
  return [...problems, ...orderProblems(events)];
};

const orderProblems = (events: readonly LoggedEvent[]): readonly string[] => {
  const problems: string[] = [];
  const placeOf = new Map(events.map(({ type, subject }, place) => [`${type} ${subject}`, place]));
  for (const { type, subject } of events) {
    const step = STEPS.indexOf(type);
    const before = placeOf.get(`${STEPS[step - 1]} ${subject}`);
    if (step > 0 && (before === undefined || before > placeOf.get(`${type} ${subject}`)!))
      problems.push(`before its cause: ${type} ${subject}`);
  }
  for (const [conversationId, own] of byConversation(events)) {
    const received = own.filter(({ type }) => type === "message.received").map(({ subject }) => subject!);
    // Ids grow with time, and one process writes all of a conversation.
    if (received.some((id, n) => n > 0 && id < received[n - 1]!))
      problems.push(`texts of ${conversationId} in another order`);
    if (own.slice(1).some(({ type }) => type === "conversation.opened"))
      problems.push(`something of ${conversationId} before it was opened`);
    if (own.slice(0, -1).some(({ type }) => type === "conversation.closed"))
      problems.push(`something of ${conversationId} after it was closed`);
  }
  return problems;
};

const byConversation = (events: readonly LoggedEvent[]): ReadonlyMap<string, readonly LoggedEvent[]> => {
  const of = new Map<string, LoggedEvent[]>();
  for (const event of events) {
    const id = event.type.startsWith("conversation.")
      ? event.subject
      : "conversationId" in event.data
        ? event.data.conversationId
        : null;
    if (id === null) continue;
    const own = of.get(id) ?? [];
    own.push(event);
    of.set(id, own);
  }
  return of;
};

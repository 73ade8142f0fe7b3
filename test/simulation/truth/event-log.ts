import type { MemoryTables, StoredMessage } from "#adapters/memory/tables.ts";
import type { EventType, LoggedEvent } from "#core/domain/event.ts";
import { isLastPart } from "#core/domain/last-part.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import { Broken } from "./broken.ts";
import { type HiddenIn, leakEventsOf } from "./leaks.ts";

/** Reads the log as it grows, and says in the end whether it tells exactly what has happened, in an order that causes allow. */
export interface EventJudge {
  /** Something has been written. */
  look(): void;
  /** Whether it ended before a carrier had taken it, as far as the log told when it was read. */
  endedUnsent(messageId: string): boolean;
  finalCheck(): void;
}

const FINAL: Readonly<Record<FinalState, EventType>> = {
  delivered: "message.delivered",
  failed: "message.failed",
  expired: "message.failed",
  blocked: "message.blocked",
  unroutable: "message.unroutable",
};

/** Judges the events of one kind of subject. */
interface SubjectJudge {
  finalCheck(log: readonly LoggedEvent[]): void;
}

export const createEventJudge = (
  stored: MemoryTables,
  realNumbers: ReadonlySet<string>,
  hiddenIn: HiddenIn,
  others: readonly SubjectJudge[],
  wasEndedUnsent: (messageId: string) => boolean,
): EventJudge => {
  const seen: LoggedEvent[] = [];
  /** Messages that ended before a carrier had taken them: what it says of them later changes nothing, and is not told. */
  const endedUnsent = new Set<string>();

  const look = (): void => {
    const { log } = stored.events;
    if (log.length < seen.length) throw new Broken("told once", "the log has lost what was read");
    for (const event of log.slice(seen.length)) {
      mustBeThin(event, realNumbers);
      const message = stored.messages.get(event.subject ?? "");
      if (
        FINAL_TYPES.has(event.type) &&
        message &&
        (!message.taken.some(isLastPart) || wasEndedUnsent(message.id))
      )
        endedUnsent.add(message.id);
      seen.push(event);
    }
  };

  return {
    look,
    endedUnsent: (messageId) => endedUnsent.has(messageId),
    finalCheck: () => {
      look();
      if (stored.events.log.some((event, at) => event.id !== seen[at]!.id))
        throw new Broken("told in order", "the log tells otherwise than when it was read");
      const bySubject = Map.groupBy(seen, ({ subject }) => subject);
      const typesOf = (subject: string): readonly EventType[] =>
        (bySubject.get(subject) ?? []).map(({ type }) => type);
      const received = new Set(stored.inboundKeys.values());
      for (const message of stored.messages.values())
        mustTell(message.id, typesOf(message.id), expectedOf(message, { received, endedUnsent, hiddenIn }));
      for (const { id, former, closedAt } of stored.conversations.values()) {
        const types = typesOf(id);
        const end = types.at(-1) === "conversation.expired" ? "conversation.expired" : "conversation.closed";
        mustTell(id, types, [
          "conversation.opened",
          ...former.map(() => "conversation.swapped" as const),
          ...(closedAt === null ? [] : [end as EventType]),
        ]);
      }
      const known = seen.every(
        ({ type, subject }) =>
          (!type.startsWith("message.") || stored.messages.has(subject!)) &&
          (!type.startsWith("conversation.") || stored.conversations.has(subject!)),
      );
      if (!known) throw new Broken("told as it happened", "an event tells of what is not stored");
      for (const event of seen) mustNameItsService(event, stored);
      for (const judge of others) judge.finalCheck(seen);
    },
  };
};

const FINAL_TYPES: ReadonlySet<EventType> = new Set(Object.values(FINAL));

/** What happened to a message, in the order in which it must be told. */
const expectedOf = (
  message: StoredMessage,
  {
    received,
    endedUnsent,
    hiddenIn,
  }: Readonly<Record<"received" | "endedUnsent" | "hiddenIn", ReadonlySet<string>>>,
): readonly EventType[] => {
  const { id, taken, outcome } = message;
  const leaks = leakEventsOf(message, hiddenIn);
  const isBlocked =
    outcome?.state === "blocked" && received.has(id) && outcome.failure?.code.startsWith("leak:");
  return [
    ...(received.has(id) ? (["message.received"] as const) : []),
    ...(received.has(id) && message.outbound?.hold ? (["message.held"] as const) : []),
    ...(isBlocked ? [] : leaks),
    ...(taken.some(isLastPart) && !endedUnsent.has(id) ? (["message.sent"] as const) : []),
    ...(outcome === null ? [] : [FINAL[outcome.state]]),
    ...(isBlocked ? leaks : []),
  ];
};

const mustTell = (subject: string, told: readonly EventType[], expected: readonly EventType[]): void => {
  if (told.join() === expected.join()) return;
  throw new Broken(
    "told as it happened",
    `the log tells of ${subject.slice(0, 18)}: ${told.join(", ") || "nothing"}; it was: ${expected.join(", ")}`,
  );
};

/** What is about a conversation is told of the service that the conversation belongs to. */
const mustNameItsService = ({ subject, service, data }: LoggedEvent, stored: MemoryTables): void => {
  const told = "conversationId" in data ? data.conversationId : subject;
  const conversationId = stored.messages.get(subject ?? "")?.conversationId ?? told;
  const conversation = stored.conversations.get(String(conversationId));
  if (conversation && stored.services.get(conversation.serviceId)?.slug !== service)
    throw new Broken("services apart", "an event names another service than it happened in");
};

const mustBeThin = (event: LoggedEvent, realNumbers: ReadonlySet<string>): void => {
  const shown = JSON.stringify(event);
  for (const digits of shown.match(/\d{7,15}/g) ?? [])
    if (realNumbers.has(digits)) throw new Broken("anonymous", "an event shows a real number");
};

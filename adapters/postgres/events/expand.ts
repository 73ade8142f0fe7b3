import type { Execute } from "#adapters/postgres/execute.ts";
import { LINK_KINDS } from "#adapters/postgres/hot/commit-columns.ts";
import { outcomeOfDecision } from "#adapters/postgres/hot/decision-code.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { lowestOf } from "#adapters/postgres/table-partitions/periods.ts";
import type { NewEvent } from "#core/domain/event.ts";
import { type EventMessage, endedEvent, receivedEvent, sentEvent } from "#core/domain/message-events.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { BatchRow } from "./batch-row.ts";
import type { Place } from "./cursor.ts";

/** One place in the log that may hold an event: which, the tables of the facts tell. */
export interface Entry {
  readonly place: Place;
  readonly fact:
    | { readonly kind: "sent" | "ended" | "received" | "ended-at-once"; readonly messageId: string }
    | { readonly kind: "told"; readonly event: NewEvent };
}

/**
 * The entries of a row, always in the same order; ids of texts grow with time. A text from a handset has two entries: many end as soon
 * as they have come.
 */
export const entriesOf = ({
  era,
  xid,
  position,
  sent,
  ended,
  received,
  told,
}: BatchRow): readonly Entry[] => {
  const facts: Entry["fact"][] = [];
  for (const messageId of sent ?? []) facts.push({ kind: "sent", messageId });
  for (const messageId of ended ?? []) facts.push({ kind: "ended", messageId });
  for (const messageId of received?.toSorted() ?? [])
    facts.push({ kind: "received", messageId }, { kind: "ended-at-once", messageId });
  for (const event of told ?? []) facts.push({ kind: "told", event: event as NewEvent });
  return facts.map((fact, ordinal) => ({ place: { era, xid, position, ordinal }, fact }));
};

interface MessageRow {
  readonly id: string;
  readonly conversation_id: string | null;
  readonly sender_id: string | null;
  readonly recipient_id: string | null;
  readonly received_at: number;
  readonly decision_code: number;
  readonly segments: number;
  readonly service_id: string | null;
}

export const MESSAGES = `select m.id, m.conversation_id, m.sender_id, m.recipient_id, m.received_at, m.decision_code, m.segments,
  coalesce(m.service_id, c.service_id) as service_id
from message m left join conversation c on c.id = m.conversation_id where m.id = any ($1::uuid[]) and m.id >= $2`;

interface SentRow {
  readonly message_id: string;
  readonly at: number;
  readonly link: number;
  readonly attempts: number;
}

export const SENT = `select distinct on (message_id) message_id, at, link, attempts from accepted
where message_id = any ($1::uuid[]) and message_id >= $2 and ${isLastPart()} order by message_id, at, attempts`;

interface OutcomeRow {
  readonly message_id: string;
  readonly at: number;
  readonly state: FinalState;
  readonly code: string | null;
}

export const OUTCOMES = `select message_id, at, state, code from message_outcome
where message_id = any ($1::uuid[]) and message_id >= $2`;

export interface PlacedEvent {
  readonly place: Place;
  readonly event: NewEvent;
}

/** The events of entries, in their order; an entry whose facts have been dropped has none. */
export const expand = async (
  execute: Execute,
  entries: readonly Entry[],
): Promise<readonly PlacedEvent[]> => {
  const idsOf = (...kinds: readonly string[]): readonly string[] =>
    entries.flatMap(({ fact }) =>
      fact.kind !== "told" && kinds.includes(fact.kind) ? [fact.messageId] : [],
    );
  const lookUp = async <Row extends object>(
    statement: string,
    ids: readonly string[],
    keyOf: (row: Row) => string,
  ): Promise<ReadonlyMap<string, Row>> => {
    if (ids.length === 0) return new Map();
    const rows = await execute<Row>(statement, [plainArray([...new Set(ids)]), lowestOf(ids)]);
    return new Map(rows.map((row) => [keyOf(row), row]));
  };
  const messages = await lookUp<MessageRow>(
    MESSAGES,
    idsOf("sent", "ended", "received", "ended-at-once"),
    ({ id }) => id,
  );
  const sent = await lookUp<SentRow>(SENT, idsOf("sent"), ({ message_id }) => message_id);
  const outcomes = await lookUp<OutcomeRow>(OUTCOMES, idsOf("ended"), ({ message_id }) => message_id);

  const eventOf = (fact: Entry["fact"]): NewEvent | null => {
    if (fact.kind === "told") return fact.event;
    const row = messages.get(fact.messageId);
    if (row === undefined) return null;
    const message = messageOf(row);
    switch (fact.kind) {
      case "received":
        return receivedEvent(message, cameAt(row));
      case "ended-at-once": {
        const outcome = outcomeOfDecision(row.decision_code, row.id, row.received_at);
        return outcome && endedEvent(message, outcome);
      }
      case "sent": {
        const accepted = sent.get(row.id);
        return accepted === undefined
          ? null
          : sentEvent(message, { ...accepted, link: LINK_KINDS[accepted.link]! });
      }
      case "ended": {
        const outcome = outcomes.get(row.id);
        if (outcome === undefined) return null;
        const { state, code, at } = outcome;
        return endedEvent(message, { state, failure: code === null ? null : { code, detail: "" }, at });
      }
    }
  };
  return entries.flatMap(({ place, fact }) => {
    const event = eventOf(fact);
    return event === null ? [] : [{ place, event }];
  });
};

/** Clocks of one process do not part by more. */
const HELD_MS = 1_000;

/** What is held came long before its turn, when its id was made (RFC 9562: a UUIDv7 begins by milliseconds). */
const cameAt = ({ id, received_at }: MessageRow): number => {
  const madeAt = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
  return received_at - madeAt > HELD_MS ? madeAt : received_at;
};

const messageOf = (row: MessageRow): EventMessage => ({
  id: row.id,
  conversationId: row.conversation_id,
  senderId: row.sender_id,
  recipientId: row.recipient_id,
  segments: row.segments,
  serviceId: row.service_id,
});

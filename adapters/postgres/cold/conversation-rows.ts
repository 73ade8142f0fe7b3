import type { Execute } from "#adapters/postgres/execute.ts";
import { RELAYED } from "#adapters/postgres/hot/decision-code.ts";
import type { ConversationTable, ParticipantTable } from "#adapters/postgres/schema.ts";
import type { ConversationDetails, SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Conversation, Participant } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { UNREADABLE } from "./message-records.ts";

const RELAY_PRIORITY = PRIORITIES.indexOf("relay");

/** Between processes; more than enough. */
export const CLOCK_DIFFERENCE_MAX_MS = 24 * 3_600_000;

/**
 * No message of a conversation (an alias of its table) has a lower id: so only the periods since then are read. An opening that was
 * repeated has ids of its first try, days before it was opened; the conversation's is the first of them.
 */
export const earliestMessageOf = (conversation: string): string =>
  `least(${conversation}.id, least_id(${conversation}.opened_at - ${CLOCK_DIFFERENCE_MAX_MS}))`;

/**
 * When somebody last texted in conversation `c`, also if the text has left since. Texts of the app note it in `texted_at`; intros and our
 * own notices do not count.
 */
const LAST_TEXT = `greatest(c.texted_at, (select m.received_at from message m
  where m.conversation_id = c.id and m.id >= ${earliestMessageOf("c")}
    and m.decision_code = ${RELAYED} and m.priority = ${RELAY_PRIORITY}
  order by m.received_at desc limit 1))`;

type ConversationRow = Pick<
  ConversationTable,
  | "id"
  | "service_id"
  | "geo_match"
  | "sticky"
  | "opened_at"
  | "expires_at"
  | "idle_ttl_ms"
  | "closed_at"
  | "details"
  | "close_reason"
> & { readonly version: number; readonly last_message_at: number | null };

type ParticipantRow = Pick<
  ParticipantTable,
  "id" | "conversation_id" | "virtual_number" | "left_at" | "details"
>;

const CONVERSATIONS = `select c.id, c.service_id, c.version, c.geo_match, c.sticky, c.opened_at, c.expires_at, c.idle_ttl_ms, c.closed_at, c.details,
  c.close_reason, ${LAST_TEXT} as last_message_at
from unnest($1::uuid[]) with ordinality as i (id, ordinal) join conversation c on c.id = i.id
order by i.ordinal`;

/** The indexes of participants are of those who are there, or of those who have left. */
const PARTICIPANTS = `select id, conversation_id, virtual_number, left_at, details, side from participant
where conversation_id = any ($1::uuid[]) and left_at is null
union all select id, conversation_id, virtual_number, left_at, details, side from participant
where conversation_id = any ($1::uuid[]) and left_at is not null order by left_at, side`;

/** Whole conversations, in the order asked; unknown ones are left out. */
export const conversationsOf = async (
  execute: Execute,
  sealed: SealedValues,
  ids: readonly string[],
): Promise<readonly Conversation[]> => {
  if (ids.length === 0) return [];
  const wanted = plainArray(ids);
  const rows = await execute<ConversationRow>(CONVERSATIONS, [wanted]);
  const participants = Map.groupBy(
    await execute<ParticipantRow>(PARTICIPANTS, [wanted]),
    ({ conversation_id }) => conversation_id,
  );
  return rows.map((row) => {
    const all = participants.get(row.id) ?? [];
    const [a, b] = all.filter(({ left_at }) => left_at === null);
    const former = all.flatMap((each) =>
      each.left_at === null ? [] : [{ ...toParticipant(each, sealed), leftAt: each.left_at }],
    );
    if (!a || !b) throw new Error("Cannot read a conversation: a participant is missing");
    return toConversation(row, [toParticipant(a, sealed), toParticipant(b, sealed)], former, sealed);
  });
};

export const conversationOf = async (
  execute: Execute,
  sealed: SealedValues,
  id: string,
): Promise<Conversation | null> => (await conversationsOf(execute, sealed, [id]))[0] ?? null;

/** Empty where it cannot be opened. */
const toParticipant = (
  { id, virtual_number, details }: ParticipantRow,
  sealed: SealedValues,
): ReadParticipant => {
  const personal = sealed.openParticipant(id, details);
  const shown = personal.ok ? personal.value : UNREADABLE_PERSONAL;
  return {
    isReadable: personal.ok,
    participant: { id, ...shown, virtualNumber: String(virtual_number) as Msisdn },
  };
};

interface ReadParticipant {
  readonly isReadable: boolean;
  readonly participant: Participant;
}

const UNREADABLE_PERSONAL = { number: "" as Msisdn, name: null, country: "", areaPrefix: "" };
const UNREADABLE_DETAILS: ConversationDetails = { reference: null, metadata: {} };

const toConversation = (
  row: ConversationRow,
  [a, b]: readonly [ReadParticipant, ReadParticipant],
  former: readonly (ReadParticipant & { readonly leftAt: number })[],
  sealed: SealedValues,
): Conversation => {
  const details = sealed.openConversation(row.id, row.details);
  const reason = row.close_reason && sealed.openReason(row.id, row.close_reason);
  const isReadable = [a, b, ...former].every((each) => each.isReadable) && details.ok && reason?.ok !== false;
  return {
    id: row.id,
    version: row.version,
    serviceId: row.service_id,
    participants: [a.participant, b.participant],
    former: former.map(({ participant, leftAt }) => ({ ...participant, leftAt })),
    ...(details.ok ? details.value : UNREADABLE_DETAILS),
    geoMatch: row.geo_match,
    sticky: row.sticky,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    idleTtlMs: row.idle_ttl_ms,
    lastMessageAt: row.last_message_at,
    closedAt: row.closed_at,
    closeReason: reason?.ok ? reason.value : null,
    ...(!isReadable && UNREADABLE),
  };
};

/** What is about to change a conversation by what it says must be able to read it. */
export const mustBeReadable = (conversation: Conversation): void => {
  if (conversation.unreadable) throw new StorageUnavailable("The conversation cannot be opened");
};

import { endOf } from "#core/domain/conversation.ts";
import type { Opening } from "#core/domain/opening.ts";
import type { OpeningOutcome } from "#core/ports/conversations.ts";
import { executeOn, inTransaction, withConnection } from "../database.ts";
import { isRefused, UNIQUE_VIOLATION } from "../failure.ts";
import { enqueue } from "../outbound-queue.ts";
import { plainArray, textArray } from "../sql/array-literal.ts";
import { sharedLocksOf } from "./bars.ts";
import type { WriteContext } from "./conversation-writes.ts";
import type { ConversationsContext } from "./conversations.ts";
import { DEFINE, definitionOf, SHARED_POOL_LOCK } from "./route-writes.ts";

/** Three round trips and one more for intros: a thousand conversations a second are to be opened. */
export const openConversation =
  ({ connections, index, sealed, pool }: ConversationsContext) =>
  async (opening: Opening): Promise<OpeningOutcome> => {
    const blind = await index();
    const { participants } = opening.conversation;
    const locks = [
      SHARED_POOL_LOCK,
      ...sharedLocksOf(participants.map(({ number }) => blind.ofNumber(number))),
    ];
    try {
      await withConnection(connections, (connection) => {
        const context = { execute: executeOn(connection), index: blind, sealed };
        return inTransaction(connection, () => open(context, opening), locks);
      });
    } catch (error) {
      if (error instanceof Undone) return error.outcome;
      if (isRefused(error, UNIQUE_VIOLATION, "conversation_reference")) return { kind: "reference-in-use" };
      throw error;
    }
    for (const { virtualNumber } of participants) pool.count(virtualNumber);
    return { kind: "opened" };
  };

/** Leaves the transaction, which is rolled back. */
class Undone extends Error {
  readonly outcome: OpeningOutcome;

  constructor(outcome: OpeningOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

interface OpenRow {
  readonly is_new: boolean;
  readonly is_ours: boolean;
  readonly routes: number;
}

/** Nothing is written beside a conversation that is there already. */
const OPEN = `with opened as (
  insert into conversation (id, reference_index, geo_match, sticky, opened_at, expires_at, idle_ttl_ms, check_at, details)
  values ($12, $13, $14, $15, $9, $10, $16, $17, $18) on conflict (id) do nothing returning id),
people as (
  insert into participant (id, conversation_id, side, number_index, virtual_number, details)
  select i.id, opened.id, i.place - 1, i.number_index, i.virtual_number, i.details
  from opened, unnest($19::uuid[], $23::uuid[], $20::bigint[], $21::bytea[])
    with ordinality as i (id, number_index, virtual_number, details, place)),
defined as (${DEFINE})
select exists (select from opened) as is_new,
  exists (select from number where number = any ($22::bigint[])) as is_ours,
  case when exists (select from opened) then (select count(*) from defined) end as routes`;

const open = async (context: WriteContext, { conversation, routes, intros }: Opening): Promise<void> => {
  const { execute, sealed, index } = context;
  const { id, reference, participants, openedAt, expiresAt, metadata } = conversation;
  const [row] = await execute<OpenRow>(OPEN, [
    ...definitionOf(context, routes, { openedAt, expiresAt, replacing: null }),
    id,
    reference === null ? null : index.of("reference", reference),
    conversation.geoMatch,
    conversation.sticky,
    conversation.idleTtlMs,
    endOf(conversation)?.at ?? null,
    sealed.sealConversation(id, { reference, metadata }),
    plainArray(participants.map((each) => each.id)),
    plainArray(participants.map((each) => each.virtualNumber)),
    textArray(participants.map((each) => `\\x${sealed.sealParticipant(each.id, each).toString("hex")}`)),
    plainArray(participants.map(({ number }) => number)),
    plainArray(participants.map(({ number }) => index.ofNumber(number))),
  ]);
  if (!row?.is_new) throw new Undone({ kind: "exists" });
  if (row.is_ours || row.routes !== routes.length) throw new Undone({ kind: "conflict" });
  await enqueue(execute, sealed, intros);
};

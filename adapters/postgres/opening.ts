import type { Opening } from "#core/domain/opening.ts";
import type { OpeningOutcome } from "#core/ports/conversations.ts";
import { lockPeople } from "./bars.ts";
import { insertConversation, insertParticipant, type WriteContext } from "./conversation-writes.ts";
import type { ConversationsContext } from "./conversations.ts";
import { executeIn } from "./database.ts";
import { isRefused, UNIQUE_VIOLATION } from "./failure.ts";
import { enqueue } from "./outbound-queue.ts";
import { defineRoutes, isOurs, lockPool } from "./route-writes.ts";

export const openConversation =
  ({ db, index, sealed, pool }: ConversationsContext) =>
  async (opening: Opening): Promise<OpeningOutcome> => {
    const blind = await index();
    const { conversation } = opening;
    try {
      await db
        .transaction()
        .execute((trx) => open({ execute: executeIn(trx), index: blind, sealed }, opening));
    } catch (error) {
      if (error instanceof Undone) return error.outcome;
      if (isRefused(error, UNIQUE_VIOLATION, "conversation_reference")) return { kind: "reference-in-use" };
      throw error;
    }
    for (const { virtualNumber } of conversation.participants) pool.count(virtualNumber);
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

const open = async (context: WriteContext, { conversation, routes, intros }: Opening): Promise<void> => {
  const { execute, index, sealed } = context;
  const people = conversation.participants.map(({ number }) => number);
  if (!(await insertConversation(context, conversation))) throw new Undone({ kind: "exists" });
  await lockPool(execute, "shared");
  await lockPeople(execute, people.map(index.ofNumber), "shared");
  if (await isOurs(execute, people)) throw new Undone({ kind: "conflict" });
  const life = { openedAt: conversation.openedAt, expiresAt: conversation.expiresAt, replacing: null };
  if (!(await defineRoutes(execute, context, routes, life))) throw new Undone({ kind: "conflict" });
  for (const [side, participant] of conversation.participants.entries()) {
    await insertParticipant(context, conversation.id, side, participant);
  }
  await enqueue(execute, sealed, intros);
};

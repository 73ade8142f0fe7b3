import { sql } from "kysely";
import { withConnection } from "#adapters/postgres/connection.ts";
import { executeIn, executeOn } from "#adapters/postgres/execute.ts";
import { cursorOf, positionOf, sliceOf } from "#adapters/postgres/sql/page.ts";
import { endOf, patched } from "#core/domain/conversation.ts";
import type {
  ConversationChange,
  ConversationFilter,
  Conversations,
  Page,
} from "#core/ports/conversations.ts";
import { closeConversation } from "./closing.ts";
import { conversationMessages } from "./conversation-messages.ts";
import { conversationOf, conversationsOf, mustBeReadable } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { dueConversations } from "./due.ts";
import { failingRecipients, silentParticipants } from "./failing-recipients.ts";
import { messageSearch } from "./message-search.ts";
import { openConversation } from "./opening.ts";
import { openingFacts } from "./opening-facts.ts";
import { retries } from "./retries.ts";
import { routeAt } from "./route-at.ts";
import { swapParticipant } from "./swapping.ts";

export const postgresConversations = (context: ConversationsContext): Conversations => ({
  openingFacts: openingFacts(context),
  open: openConversation(context),
  get: (id) =>
    withConnection(context.connections, (connection) =>
      conversationOf(executeOn(connection), context.sealed, id),
    ),
  list: (filter, page) => list(context, filter, page),
  close: closeConversation(context),
  swap: swapParticipant(context),
  patch: (id, change, versions) => patch(context, id, change, versions),
  ...conversationMessages(context),
  ...messageSearch(context),
  ...retries(context),
  failing: failingRecipients(executeIn(context.db)),
  silent: silentParticipants(executeIn(context.db)),
  due: dueConversations(context),
  routeAt: routeAt(context),
});

const list = async (
  { db, connections, index, sealed }: ConversationsContext,
  filter: ConversationFilter,
  page: Page,
) => {
  const blind = await index();
  const after = positionOf(page);
  let query = db
    .selectFrom("conversation as c")
    .select(["c.id", "c.opened_at"])
    .orderBy("c.opened_at", "desc")
    .orderBy("c.id", "desc")
    .limit(page.limit + 1);
  if (filter.serviceId !== null) query = query.where("c.service_id", "=", filter.serviceId);
  if (filter.state === "open") query = query.where("c.closed_at", "is", null);
  if (filter.state === "closed") query = query.where("c.closed_at", "is not", null);
  if (filter.reference !== null) {
    query = query.where("c.reference_index", "=", blind.of("reference", filter.reference));
  }
  if (filter.participant !== null) {
    const numberIndex = blind.ofNumber(filter.participant);
    // By an array, so that the few conversations of one number are found by their ids and not by reading all in order.
    query = query.where(
      sql<boolean>`c.id = any (array(
        select conversation_id from participant where number_index = ${numberIndex} and left_at is null))`,
    );
  }
  if (after !== null) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("c.opened_at", "c.id"), "<", tuple(after.at, after.id)),
    );
  }
  const rows = await query.execute();
  const { items, next } = sliceOf(
    rows,
    page,
    ({ id }) => id,
    ({ opened_at, id }) => cursorOf({ at: opened_at, id }),
  );
  const conversations = await withConnection(connections, (connection) =>
    conversationsOf(executeOn(connection), sealed, items),
  );
  return { items: conversations, next };
};

const patch = (
  { db, sealed }: ConversationsContext,
  id: string,
  change: ConversationChange,
  versions: readonly number[] | null = null,
) =>
  db.transaction().execute(async (trx) => {
    const execute = executeIn(trx);
    await trx.selectFrom("conversation").select("id").where("id", "=", id).forUpdate().execute();
    const conversation = await conversationOf(execute, sealed, id);
    if (!conversation) return null;
    if (conversation.closedAt !== null) return "closed";
    if (versions && !versions.includes(conversation.version)) return "version-mismatch";
    mustBeReadable(conversation);
    const changed = patched(conversation, change);
    const { reference, metadata, expiresAt, idleTtlMs } = changed;
    await trx
      .updateTable("conversation")
      .set({
        version: changed.version,
        expires_at: expiresAt,
        idle_ttl_ms: idleTtlMs,
        check_at: endOf(changed)?.at ?? null,
        details: sealed.sealConversation(id, { reference, metadata }),
      })
      .where("id", "=", id)
      .execute();
    if (expiresAt !== conversation.expiresAt) {
      await trx
        .updateTable("route")
        .set({ expires_at: expiresAt, version: sql`nextval('route_version')` })
        .where("conversation_id", "=", id)
        .where("closed_at", "is", null)
        .execute();
    }
    return changed;
  });

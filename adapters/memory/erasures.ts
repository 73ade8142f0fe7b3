import type { Conversation, Participant } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Erasure, ErasureResult } from "#core/domain/privacy/erasure.ts";
import { publicId } from "#core/domain/public-id.ts";
import type { Erasures } from "#core/ports/erasures.ts";
import { ERASED_ANSWER } from "#core/ports/idempotency.ts";
import { appendAudit } from "./audit-log.ts";
import { isHeld } from "./holds.ts";
import type { ErasureRow, MemoryTables } from "./tables.ts";

export const memoryErasures = (tables: MemoryTables): Erasures => ({
  begin: async (erasure, number) => {
    if (!tables.erasures.has(erasure.id))
      tables.erasures.set(erasure.id, { ...erasure, number, state: "pending", certificate: null });
  },
  get: async (id) => {
    const row = tables.erasures.get(id);
    return row ? shown(row) : null;
  },
  unfinished: async (limit) =>
    tables.erasures
      .values()
      .filter(({ state }) => state !== "completed")
      .take(limit)
      .toArray(),
  carryOut: async (id, at, certify) => {
    const row = tables.erasures.get(id);
    if (!row || row.state === "completed") return row ? shown(row) : null;
    const { result, isKept } = erase(tables, row.number, at);
    if (isKept) {
      tables.erasures.set(id, { ...row, state: "restricted" });
      return shown(tables.erasures.get(id)!);
    }
    const erasure = shown(row);
    const [entry] = appendAudit(tables)([certify.fact(erasure, result)]);
    const certificate = certify.certificate(erasure, result, entry!);
    tables.erasures.set(id, { ...row, number: "" as Msisdn, state: "completed", certificate });
    return shown(tables.erasures.get(id)!);
  },
  // Pairs go with the person here, as nothing outlives the process.
  forgetPairs: async () => {},
});

const shown = ({ number: _, ...erasure }: ErasureRow): Erasure => erasure;

const NOBODY = { number: "" as Msisdn, name: null, areaPrefix: "" } as const;

const erase = (
  tables: MemoryTables,
  number: Msisdn,
  at: number,
): { readonly result: ErasureResult; readonly isKept: boolean } => {
  const all = tables.conversations
    .values()
    .filter(({ participants, former }) => [...participants, ...former].some((each) => each.number === number))
    .toArray();
  const free = all.filter(({ id }) => !isHeld(tables, id, at));
  const own = new Set<string>();
  for (const conversation of free) {
    for (const each of [...conversation.participants, ...conversation.former])
      if (each.number === number) own.add(each.id);
    tables.conversations.set(conversation.id, without(conversation, number));
  }
  const messages = eraseMessages(tables, number, own, new Set(free.map(({ id }) => id)));
  let lines = 0;
  for (const broadcast of tables.broadcasts.values())
    for (const [line, { recipientId }] of broadcast.lines)
      if (own.has(recipientId)) {
        broadcast.lines.delete(line);
        lines += 1;
      }
  for (const [key, part] of tables.parts)
    if (part.from === number) {
      tables.parts.delete(key);
      tables.joinedParts.set(key, { ...part, text: null });
    }
  for (const hold of tables.holds.values()) {
    const isAbout = hold.number === number || free.some(({ id }) => id === hold.conversationId);
    if (isAbout && (hold.releasedAt !== null || hold.until <= at))
      tables.holds.set(hold.id, { ...hold, number: null, reason: "" });
  }
  const conversations = new Set(free.map(({ id }) => publicId("cnv", id)));
  for (const row of tables.requests.values())
    if (row.answer && leadsTo(row.answer.body, number, conversations)) row.answer = ERASED_ANSWER;
  return {
    isKept: free.length < all.length,
    result: {
      counts: { conversation: free.length, participant: own.size, message: messages, broadcast_line: lines },
      optOuts: [...tables.optOuts.values()].filter((each) => each.number === number).length,
      blocks: [...tables.blocks.values()].filter((each) => [each.blocker, each.blocked].includes(number))
        .length,
      ...{ quarantinedPairs: 0, quarantinedUntil: null, remaining: 0 },
    },
  };
};

const without = (conversation: Conversation, number: Msisdn): Conversation => {
  const nobody = <P extends Participant>(each: P): P =>
    each.number === number ? { ...each, ...NOBODY } : each;
  const [a, b] = conversation.participants;
  return {
    ...conversation,
    ...{ participants: [nobody(a), nobody(b)], former: conversation.former.map(nobody) },
    ...{ reference: null, metadata: {}, version: conversation.version + 1 },
    closeReason: null,
  };
};

const eraseMessages = (
  tables: MemoryTables,
  number: Msisdn,
  own: ReadonlySet<string>,
  conversations: ReadonlySet<string>,
): number => {
  let count = 0;
  for (const message of tables.messages.values()) {
    const { senderId, recipientId, conversationId, stranger } = message;
    const isOf = conversationId !== null && conversations.has(conversationId);
    const isOwn = senderId !== null && own.has(senderId);
    const isToPerson = recipientId !== null && own.has(recipientId);
    const goes = senderId === null || isOwn || (isToPerson && message.outcome === null);
    if (!(isOf && goes) && stranger?.from !== number) continue;
    message.text = null;
    count += 1;
  }
  return count;
};

const leadsTo = (body: string, number: Msisdn, conversations: ReadonlySet<string>): boolean =>
  body.includes(number) || (body.match(/cnv_[0-9a-z]{26}/g) ?? []).some((id) => conversations.has(id));

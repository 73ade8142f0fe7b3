import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { Hold, Holds } from "#core/ports/holds.ts";
import { memoryAuditLog } from "./audit-log.ts";
import { sliceOf, timeKey } from "./slices.ts";
import type { HoldRow, MemoryTables } from "./tables.ts";

export const memoryHolds = (tables: MemoryTables): Holds => {
  const shown = ({ number: _, ...hold }: HoldRow): Hold => hold;
  return {
    place: async ({ number, ...hold }) => {
      if (hold.conversationId !== null && !tables.conversations.has(hold.conversationId)) return false;
      const person = number === null ? null : await memoryAuditLog(tables).personDigest(number);
      const held = number === null ? null : handsetOf(number);
      if (!tables.holds.has(hold.id))
        tables.holds.set(hold.id, { ...hold, person, number: held, releasedAt: null });
      return true;
    },
    get: async (id) => {
      const row = tables.holds.get(id);
      return row ? shown(row) : null;
    },
    list: async ({ activeAt }, page) => {
      const rows = [...tables.holds.values()].filter((hold) => activeAt === null || isActive(hold, activeAt));
      const { items, next } = sliceOf(rows, page, ({ placedAt, id }) => timeKey(placedAt, id));
      return { items: items.map(shown), next };
    },
    release: async (id, at) => {
      const row = tables.holds.get(id);
      if (!row || !isActive(row, at)) return null;
      tables.holds.set(id, { ...row, releasedAt: at });
      return shown(tables.holds.get(id)!);
    },
  };
};

const isActive = ({ releasedAt, until }: Hold, at: number): boolean => releasedAt === null && until > at;

/** Whether a conversation must be kept at an instant. */
export const isHeld = (tables: MemoryTables, conversationId: string, at: number): boolean => {
  const conversation = tables.conversations.get(conversationId);
  const numbers = [...(conversation?.participants ?? []), ...(conversation?.former ?? [])].map(
    ({ number }) => number,
  );
  return tables.holds
    .values()
    .some(
      (hold) =>
        isActive(hold, at) &&
        (hold.conversationId === conversationId || (hold.number !== null && numbers.includes(hold.number))),
    );
};

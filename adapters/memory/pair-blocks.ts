import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { PairBlock, PairBlocks } from "#core/ports/pair-blocks.ts";
import { sliceOf, timeKey } from "./slices.ts";
import type { BlockRow, MemoryTables } from "./tables.ts";
import { carryOut } from "./wishes.ts";

export const memoryPairBlocks = (tables: MemoryTables): PairBlocks => {
  const find = (id: string): BlockRow | null => tables.blocks.values().find((row) => row.id === id) ?? null;
  return {
    list: async (serviceId, page) => {
      const rows = tables.blocks.values().filter((row) => serviceId === null || row.serviceId === serviceId);
      const { items, next } = sliceOf(rows, page, ({ since, id }) => timeKey(since, id));
      return { items: items.map(view), next };
    },
    get: async (id) => {
      const row = find(id);
      return row && view(row);
    },
    saidBy: async (number) =>
      tables.blocks
        .values()
        .filter(({ blocker }) => blocker === handsetOf(number))
        .map(({ id }) => id)
        .toArray(),
    remove: async (id, at) => {
      const row = find(id);
      if (!row) return false;
      const { serviceId, virtualNumber, blocker, blocked, conversationId, blockerId, blockedId } = row;
      carryOut(tables, {
        ...{ kind: "unblock", source: "api", word: null, scope: "service", at, isConfirmed: false },
        ...{ serviceId, number: blocker, virtualNumber },
        block: { id, other: blocked, conversationId, blockerId, blockedId },
      });
      return true;
    },
  };
};

const view = ({ blocker, blocked, saidAt, ...block }: BlockRow): PairBlock => block;

import type { Clock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import { defer } from "./facts.ts";
import { expireDispatchers, free, membershipOf, takeFree } from "./membership.ts";
import { blockOf, claim, nextDueAt } from "./queue.ts";
import type { DispatcherRow, MemoryTables } from "./tables.ts";

export const memoryDispatch = (tables: MemoryTables, clock: Clock, announceWork: () => void): Dispatch => {
  const living = (id: string): DispatcherRow | null => {
    const row = tables.dispatchers.get(id);
    return row && !row.dead ? row : null;
  };
  return {
    join: async (dispatcher) => {
      if (tables.dispatchers.has(dispatcher.id)) return;
      tables.dispatchers.set(dispatcher.id, {
        ...dispatcher,
        beatAt: clock.now(),
        dead: false,
      });
    },
    heartbeat: async ({ dispatcher, recoverFrom, mayExpire }) => {
      const row = living(dispatcher);
      if (!row) return "fenced";
      row.beatAt = clock.now();
      // breakage: recover-from-last-message
      row.recoverFrom = recoverFrom;
      const expired = mayExpire ? expireDispatchers(tables, clock.now()) : NONE;
      const membership = membershipOf(tables, row, takeFree(tables, row), clock.now(), expired);
      if (expired.dispatchers > 0) announceWork();
      return membership;
    },
    release: async (dispatcher, partitions, owned, idleMs = 0) => {
      if (!living(dispatcher)) return;
      for (const requeuedMessage of owned) defer(tables, dispatcher, requeuedMessage);
      for (const partition of partitions)
        if (tables.owners[partition] === dispatcher) free(tables, partition, clock.now() - idleMs);
      announceWork();
    },
    leave: async (dispatcher, owned, idleMs = 0) => {
      const row = living(dispatcher);
      if (!row) return;
      for (const requeuedMessage of owned) defer(tables, dispatcher, requeuedMessage);
      expireDispatchers(tables, clock.now() - idleMs, row);
      announceWork();
    },
    claim: async (request) => (living(request.dispatcher) ? claim(tables, request) : []),
    nextDueAt: async (request) => (living(request.dispatcher) ? nextDueAt(tables, request) : null),
    blocks: async (messages) => messages.map((message) => blockOf(tables, message)),
    onWork: (listener) => listenTo(tables.workListeners, listener),
    onBlock: (listener) => listenTo(tables.blockListeners, listener),
  };
};

const NONE = { dispatchers: 0, messages: 0 };

const listenTo = (listeners: Set<() => void>, listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

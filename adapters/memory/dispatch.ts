import type { Clock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import { defer } from "./facts.ts";
import { expireDispatchers, free, membershipOf, takeFree } from "./membership.ts";
import { blockOf, claim, nextDueAt } from "./queue.ts";
import type { DispatcherRow, World } from "./world.ts";

export const memoryDispatch = (world: World, clock: Clock, announceWork: () => void): Dispatch => {
  const living = (id: string): DispatcherRow | null => {
    const row = world.dispatchers.get(id);
    return row && !row.dead ? row : null;
  };
  return {
    join: async (dispatcher) => {
      if (world.dispatchers.has(dispatcher.id)) return;
      world.dispatchers.set(dispatcher.id, {
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
      const expired = mayExpire ? expireDispatchers(world, clock.now()) : NONE;
      const membership = membershipOf(world, row, takeFree(world, row), clock.now(), expired);
      if (expired.dispatchers > 0) announceWork();
      return membership;
    },
    release: async (dispatcher, partitions, owned, idleMs = 0) => {
      if (!living(dispatcher)) return;
      for (const requeuedMessage of owned) defer(world, dispatcher, requeuedMessage);
      for (const partition of partitions)
        if (world.owners[partition] === dispatcher) free(world, partition, clock.now() - idleMs);
      announceWork();
    },
    leave: async (dispatcher, owned, idleMs = 0) => {
      const row = living(dispatcher);
      if (!row) return;
      for (const requeuedMessage of owned) defer(world, dispatcher, requeuedMessage);
      expireDispatchers(world, clock.now() - idleMs, row);
      announceWork();
    },
    claim: async (request) => (living(request.dispatcher) ? claim(world, request) : []),
    nextDueAt: async (request) => (living(request.dispatcher) ? nextDueAt(world, request) : null),
    blocks: async (messages) => messages.map((message) => blockOf(world, message)),
    onWork: (listener) => listenTo(world.workListeners, listener),
    onBlock: (listener) => listenTo(world.blockListeners, listener),
  };
};

const NONE = { dispatchers: 0, messages: 0 };

const listenTo = (listeners: Set<() => void>, listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

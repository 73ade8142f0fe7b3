import {
  BROADCAST_CANCELLED,
  type Broadcast,
  LINE_STATES,
  type LineState,
  shareRoom,
} from "#core/domain/broadcast.ts";
import type { Broadcasts, LineResult } from "#core/ports/broadcasts.ts";
import { recordOf } from "./messages.ts";
import type { BroadcastRow, LineRow, MemoryTables } from "./tables.ts";

export const memoryBroadcasts = (tables: MemoryTables): Broadcasts => {
  const all = tables.broadcasts;
  const change = (id: string, part: Partial<BroadcastRow>): Broadcast | null => {
    const row = all.get(id);
    if (!row) return null;
    all.set(id, { ...row, ...part });
    return view(all.get(id)!);
  };
  const get = (id: string): Broadcast | null => {
    const row = all.get(id);
    return row ? view(row) : null;
  };
  const results = (id: string): readonly LineResult[] => {
    const row = all.get(id);
    if (!row) return [];
    const lines = [...row.lines.values()].toSorted((a, b) => a.line - b.line);
    return lines.map((line) => resultOf(tables, row, line));
  };
  return {
    begin: async (broadcast) => {
      if (all.has(broadcast.id)) return;
      const { startsAt: fedAt } = broadcast;
      all.set(broadcast.id, { ...broadcast, state: "receiving", endedAt: null, fedAt, lines: new Map() });
    },
    append: async (id, lines) => {
      const row = all.get(id);
      if (row?.state !== "receiving") return [];
      const refused: number[] = [];
      for (const line of lines) {
        if (row.lines.has(line.line)) continue;
        const isTaken = line.ref !== null && row.lines.values().some(({ ref }) => ref === line.ref);
        if (isTaken) refused.push(line.line);
        else
          row.lines.set(line.line, {
            ...line,
            ...{ messageId: null, claimedAt: null, isSettled: false, refusal: null },
          });
      }
      return refused;
    },
    activate: async (id, at) => {
      const row = all.get(id);
      if (row?.state !== "receiving") return get(id);
      return row.lines.size === 0
        ? change(id, { state: "completed", endedAt: at })
        : change(id, { state: "active" });
    },
    discard: async (id) => {
      if (all.get(id)?.state === "receiving") all.delete(id);
    },
    get: async (id) => get(id),
    move: async (id, state, at) => {
      const row = all.get(id);
      const isRunning = row?.state === "active" || row?.state === "paused";
      const isLeaving =
        row?.state === "completed" &&
        row.lines.values().some(({ messageId }) => messageId !== null && tables.unsent.has(messageId));
      if (!isRunning && !(state === "cancelled" && isLeaving)) return get(id);
      const moved = change(id, { state, endedAt: state === "cancelled" ? at : null });
      if (state === "cancelled") for (const listener of [...tables.blockListeners]) listener();
      return moved;
    },
    counts: async (id) => {
      const counts = Object.fromEntries(LINE_STATES.map((state) => [state, 0])) as Record<LineState, number>;
      for (const { state } of results(id)) counts[state] += 1;
      return counts;
    },
    results: async (id, state, after, limit) =>
      results(id)
        .filter((each) => each.line > after && (state === null || each.state === state))
        .slice(0, limit),
    claimLines: async ({ now, room, limit = room, leaseMs, nextId }) => {
      const active = [...all.values()]
        .filter(({ state, startsAt }) => state === "active" && startsAt <= now)
        .toSorted((a, b) => a.fedAt - b.fedAt);
      const waiting = tables.unsent.values().filter(({ outbound }) => outbound?.priority === "broadcast");
      const shares = shareRoom(active, now, Math.min(limit, room - [...waiting].length));
      return active.flatMap((row, at) => {
        const { lines, fedAt } = shares[at]!;
        if (lines === 0) return [];
        const open = [...row.lines.values()]
          .filter(({ isSettled, claimedAt }) => !isSettled && (claimedAt ?? -Infinity) <= now - leaseMs)
          .toSorted((a, b) => a.line - b.line)
          .slice(0, lines);
        change(row.id, { fedAt });
        return open.map((line) => {
          const messageId = line.messageId ?? nextId();
          row.lines.set(line.line, { ...line, messageId, claimedAt: now });
          const { conversationId, recipientId, text, ref } = line;
          return {
            ...{ broadcastId: row.id, line: line.line, conversationId, recipientId, text, ref, messageId },
            ...{ expiresAt: row.expiresAt, isPromotional: row.isPromotional },
          };
        });
      });
    },
    settle: async (settled, at) => {
      for (const { broadcastId, line, refusal } of settled) {
        const row = all.get(broadcastId);
        const known = row?.lines.get(line);
        if (!row || !known || known.isSettled) continue;
        row.lines.set(line, { ...known, text: "", isSettled: true, refusal });
        if (row.state === "active" && row.lines.values().every(({ isSettled }) => isSettled))
          change(broadcastId, { state: "completed", endedAt: at });
      }
    },
    release: async (released) => {
      for (const { broadcastId, line } of released) {
        const lines = all.get(broadcastId)?.lines;
        const known = lines?.get(line);
        if (known && !known.isSettled) lines!.set(line, { ...known, claimedAt: null });
      }
    },
    hold: async (held, leaseMs) => {
      for (const { broadcastId, line, until } of held) {
        const lines = all.get(broadcastId)?.lines;
        const known = lines?.get(line);
        if (known && !known.isSettled) lines!.set(line, { ...known, claimedAt: until - leaseMs });
      }
    },
    prune: async (before) => {
      for (const { id, createdAt, state } of all.values())
        if (createdAt < before && state !== "active" && state !== "paused") all.delete(id);
    },
  };
};

const view = ({ fedAt, lines, ...broadcast }: BroadcastRow): Broadcast => broadcast;

const resultOf = (tables: MemoryTables, { state }: BroadcastRow, line: LineRow): LineResult => {
  const { ref, messageId, refusal } = line;
  const named = { line: line.line, ref };
  if (refusal) {
    const { code, detail } = refusal;
    return { ...named, state: refusal.state, messageId: null, failure: { code, detail } };
  }
  const message = messageId === null ? undefined : tables.messages.get(messageId);
  if (!message)
    return {
      ...named,
      ...{ state: state === "cancelled" ? "cancelled" : "waiting", messageId: null, failure: null },
    };
  const record = recordOf(tables, message);
  if (record.failure?.code === BROADCAST_CANCELLED)
    return { ...named, state: "cancelled", messageId, failure: record.failure };
  const isSent = record.state === "sent" || record.finalAt !== null;
  return {
    ...named,
    ...{ state: isSent ? (record.state as LineState) : "queued", messageId, failure: record.failure },
  };
};

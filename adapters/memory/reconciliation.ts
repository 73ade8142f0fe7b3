import { endOf } from "#core/domain/conversation.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { sameHandset } from "#core/domain/numbering/handset.ts";
import { combineReceipts } from "#core/domain/receipt.ts";
import {
  matchOf,
  OVERDUE_GRACE_MS,
  type Reconciliation,
  type SentMatch,
} from "#core/ports/reconciliation.ts";
import { matchParked, partReceiptsOf } from "./facts.ts";
import { lastPartTaken } from "./messages.ts";
import { consumePart, eraseJoinedParts, isAsked, openAsks, partsOf, setKey } from "./parts.ts";
import type { MemoryTables, PartRow, StoredMessage } from "./tables.ts";

export const memoryReconciliation = (tables: MemoryTables): Reconciliation => ({
  due: async (now) => ({
    conversations: tables.conversations
      .values()
      .some((each) => each.closedAt === null && (endOf(each)?.at ?? Number.POSITIVE_INFINITY) <= now),
    receipts: tables.parked.size > 0 || open(tables).some((message) => lastPartTaken(message)!.parts > 1),
    parts: tables.parts.values().some((part) => !isAsked(part)),
    messages: overdue(tables, now).next().done !== true,
  }),
  matchParked: async (limit) => matchParked(tables, limit),
  openPartReceipts: async (limit) =>
    open(tables)
      .filter((message) => lastPartTaken(message)!.parts > 1)
      .map((message) => ({ messageId: message.id, parts: partReceiptsOf(message) }))
      .toArray()
      // Those that can be ended go first, so that the others never stand in their way.
      .sort((a, b) => +isOpen(a) - +isOpen(b))
      .slice(0, limit),
  ripeParts: async (startedBefore, limit) =>
    Map.groupBy(
      tables.parts.values().filter((part) => !isAsked(part)),
      setKey,
    )
      .values()
      .filter((parts) => isComplete(parts) || parts.some(({ receivedAt }) => receivedAt < startedBefore))
      .take(limit)
      .map(([first]) => partsOf(tables, (part) => setKey(part) === setKey(first!)))
      .toArray(),
  openAsks: async (partitions, except, limit) => openAsks(tables, partitions, except, limit),
  waiting: async ({ after, until }, limit) =>
    [...tables.unsent.values()]
      .filter(
        ({ place, outbound, receivedAt }) =>
          place.state === "queued" &&
          outbound?.priority === "relay" &&
          receivedAt > after &&
          receivedAt <= until,
      )
      .map(({ outbound }) => outbound!)
      .toSorted((one, other) => one.receivedAt - other.receivedAt)
      .slice(0, limit)
      .map((text) => ({
        ...text,
        serviceId: tables.conversations.get(text.conversationId)?.serviceId ?? null,
      })),
  dropParts: async (keys) => {
    for (const key of keys) if (tables.parts.has(key)) consumePart(tables, key);
  },
  eraseJoinedParts: async (receivedBefore) => eraseJoinedParts(tables, receivedBefore),
  unreceipted: async (receivedBefore, limit) =>
    open(tables)
      .filter(({ receivedAt }) => receivedAt < receivedBefore)
      .take(limit)
      .map(({ id }) => id)
      .toArray(),
  acceptedAt: async (keys) =>
    keys.map((key) => {
      const part = tables.parts.get(key) ?? tables.joinedParts.get(key);
      const message = tables.messages.get(tables.inboundKeys.get(key) ?? "");
      return part?.receivedAt ?? message?.outbound?.hold?.since ?? message?.receivedAt ?? null;
    }),
  matchSent: async (carrierIds, source, destination) =>
    matchOf(
      carrierIds
        .map((carrierId) => tables.messages.get(tables.carrierIds.get(carrierId)?.messageId ?? ""))
        .filter((message) => message !== undefined)
        .map(({ text, outbound }): SentMatch => {
          if (outbound && outbound.source !== source) return "elsewhere";
          if (!outbound || text === null) return "unknown";
          const isRecipient = isMsisdn(destination) && sameHandset(outbound.destination, destination);
          return isRecipient ? "sent" : "elsewhere";
        }),
    ),
  overdue: async (now, limit) =>
    overdue(tables, now)
      .take(limit)
      .map(({ id }) => id)
      .toArray(),
  prune: async (before) => {
    const parked = tables.parked.size;
    for (const receipt of tables.parked) if (receipt.at < before) tables.parked.delete(receipt);
    for (const [key, { receivedAt }] of tables.joinedParts) {
      if (receivedAt < before) tables.joinedParts.delete(key);
    }
    return { parkedReceipts: parked - tables.parked.size };
  },
  dropExcess: async (kept) => {
    const receipts = oldestBeyond(kept.receipts, tables.parked, ({ at }) => at);
    for (const receipt of receipts) tables.parked.delete(receipt);
    const isStranger = ({ stranger }: StoredMessage): boolean => stranger !== null;
    const texts = tables.messages.values().filter(isStranger);
    const strangers = oldestBeyond(kept.strangers, texts, ({ receivedAt }) => receivedAt);
    forgetMessages(tables, new Set(strangers.map(({ id }) => id)));
    return { receipts: receipts.length, strangers: strangers.length };
  },
  createPartitions: async () => {},
  dropPartitions: async (receivedBefore) => {
    const isOld = ({ id, receivedAt }: StoredMessage): boolean =>
      receivedAt < receivedBefore && !tables.unsent.has(id);
    const forgotten = new Set(
      tables.messages
        .values()
        .filter(isOld)
        .map(({ id }) => id),
    );
    forgetMessages(tables, forgotten);
  },
});

const forgetMessages = (tables: MemoryTables, ids: ReadonlySet<string>): void => {
  for (const id of ids) tables.messages.delete(id);
  if (ids.size === 0) return;
  for (const [key, id] of tables.inboundKeys) if (ids.has(id)) tables.inboundKeys.delete(key);
  for (const [carrierId, { messageId }] of tables.carrierIds) {
    if (ids.has(messageId)) tables.carrierIds.delete(carrierId);
  }
};

const oldestBeyond = <Each>(
  kept: number,
  all: Iterable<Each>,
  ageOf: (each: Each) => number,
): readonly Each[] => {
  const each = [...all];
  return each.length <= kept ? [] : each.toSorted((a, b) => ageOf(b) - ageOf(a)).slice(kept);
};

/** Messages that a carrier has taken and that have not ended. */
const open = (tables: MemoryTables): IteratorObject<StoredMessage> =>
  tables.messages.values().filter((message) => message.outcome === null && lastPartTaken(message) !== null);

const overdue = (tables: MemoryTables, now: number): IteratorObject<StoredMessage> =>
  tables.unsent.values().filter(({ place, outbound }) => {
    const graceMs = place.state === "queued" ? 0 : OVERDUE_GRACE_MS;
    return outbound !== null && place.state !== "owned" && outbound.expiresAt + graceMs <= now;
  });

const isOpen = ({
  messageId,
  parts,
}: {
  messageId: string;
  parts: ReturnType<typeof partReceiptsOf>;
}): boolean => combineReceipts(messageId, parts) === null;

const isComplete = (parts: readonly PartRow[]): boolean =>
  new Set(parts.map(({ index }) => index)).size >= parts[0]!.total;

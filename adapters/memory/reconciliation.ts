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
import type { PartRow, StoredMessage, World } from "./world.ts";

export const memoryReconciliation = (world: World): Reconciliation => ({
  matchParked: async (limit) => matchParked(world, limit),
  openPartReceipts: async (limit) =>
    open(world)
      .filter((message) => lastPartTaken(message)!.parts > 1)
      .map((message) => ({ messageId: message.id, parts: partReceiptsOf(message) }))
      .toArray()
      // Those that can be ended go first, so that the others never stand in their way.
      .sort((a, b) => +isOpen(a) - +isOpen(b))
      .slice(0, limit),
  ripeParts: async (startedBefore, limit) =>
    Map.groupBy(
      world.parts.values().filter((part) => !isAsked(part)),
      setKey,
    )
      .values()
      .filter((parts) => isComplete(parts) || parts.some(({ receivedAt }) => receivedAt < startedBefore))
      .take(limit)
      .map(([first]) => partsOf(world, (part) => setKey(part) === setKey(first!)))
      .toArray(),
  openAsks: async (partitions, except, limit) => openAsks(world, partitions, except, limit),
  dropParts: async (keys) => {
    for (const key of keys) if (world.parts.has(key)) consumePart(world, key);
  },
  eraseJoinedParts: async (receivedBefore) => eraseJoinedParts(world, receivedBefore),
  unreceipted: async (receivedBefore, limit) =>
    open(world)
      .filter(({ receivedAt }) => receivedAt < receivedBefore)
      .take(limit)
      .map(({ id }) => id)
      .toArray(),
  acceptedAt: async (keys) =>
    keys.map((key) => {
      const part = world.parts.get(key) ?? world.joinedParts.get(key);
      return (part ?? world.messages.get(world.inboundKeys.get(key) ?? ""))?.receivedAt ?? null;
    }),
  matchSent: async (carrierIds, source, destination) =>
    matchOf(
      carrierIds
        .map((carrierId) => world.messages.get(world.carrierIds.get(carrierId)?.messageId ?? ""))
        .filter((message) => message !== undefined)
        .map(({ text, outbound }): SentMatch => {
          if (outbound && outbound.source !== source) return "elsewhere";
          if (!outbound || text === null) return "unknown";
          const isRecipient = isMsisdn(destination) && sameHandset(outbound.destination, destination);
          return isRecipient ? "sent" : "elsewhere";
        }),
    ),
  overdue: async (now, limit) =>
    world.unsent
      .values()
      .filter(({ place, outbound }) => {
        const graceMs = place.state === "queued" ? 0 : OVERDUE_GRACE_MS;
        return outbound !== null && place.state !== "owned" && outbound.expiresAt + graceMs <= now;
      })
      .take(limit)
      .map(({ id }) => id)
      .toArray(),
  prune: async (before) => {
    const parked = world.parked.size;
    for (const receipt of world.parked) if (receipt.at < before) world.parked.delete(receipt);
    for (const [key, { receivedAt }] of world.joinedParts) {
      if (receivedAt < before) world.joinedParts.delete(key);
    }
    return { parkedReceipts: parked - world.parked.size };
  },
  dropExcess: async (kept) => {
    const receipts = oldestBeyond(kept.receipts, world.parked, ({ at }) => at);
    for (const receipt of receipts) world.parked.delete(receipt);
    const isStranger = ({ stranger }: StoredMessage): boolean => stranger !== null;
    const texts = world.messages.values().filter(isStranger);
    const strangers = oldestBeyond(kept.strangers, texts, ({ receivedAt }) => receivedAt);
    forgetMessages(world, new Set(strangers.map(({ id }) => id)));
    return { receipts: receipts.length, strangers: strangers.length };
  },
  createPartitions: async () => {},
  dropPartitions: async (receivedBefore) => {
    const isOld = ({ id, receivedAt }: StoredMessage): boolean =>
      receivedAt < receivedBefore && !world.unsent.has(id);
    const forgotten = new Set(
      world.messages
        .values()
        .filter(isOld)
        .map(({ id }) => id),
    );
    forgetMessages(world, forgotten);
  },
});

const forgetMessages = (world: World, ids: ReadonlySet<string>): void => {
  for (const id of ids) world.messages.delete(id);
  if (ids.size === 0) return;
  for (const [key, id] of world.inboundKeys) if (ids.has(id)) world.inboundKeys.delete(key);
  for (const [carrierId, { messageId }] of world.carrierIds) {
    if (ids.has(messageId)) world.carrierIds.delete(carrierId);
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
const open = (world: World): IteratorObject<StoredMessage> =>
  world.messages.values().filter((message) => message.outcome === null && lastPartTaken(message) !== null);

const isOpen = ({
  messageId,
  parts,
}: {
  messageId: string;
  parts: ReturnType<typeof partReceiptsOf>;
}): boolean => combineReceipts(messageId, parts) === null;

const isComplete = (parts: readonly PartRow[]): boolean =>
  new Set(parts.map(({ index }) => index)).size >= parts[0]!.total;

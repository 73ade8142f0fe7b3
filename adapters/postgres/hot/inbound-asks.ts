import type { Execute } from "#adapters/postgres/execute.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { partitionOf } from "#core/domain/partition.ts";
import type { InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import { keepWaiting, type Waiting } from "./inbound-parts.ts";

export type AskWrite = InboundWrite & { readonly decision: Extract<StoredDecision, { kind: "ask" }> };

/**
 * The `inbound_part.total` of a whole text that waits until the policy has been asked. Its `part` is the partition of its conversation, and
 * what has the same `set_index` belongs to the same conversation.
 */
export const ASKED = 0;

/** Keeps texts until the policy has been asked. Those that are known stay as they are; of messages, those from the id `since` on. */
export const keepAsks = (
  execute: Execute,
  sealed: SealedValues,
  index: BlindIndex,
  asks: readonly AskWrite[],
  since: string,
): Promise<void> =>
  keepWaiting(
    execute,
    sealed,
    index,
    asks.map((ask) => toWaiting(index, ask)),
    since,
  );

const toWaiting = (index: BlindIndex, { inbound, decision: { conversationId } }: AskWrite): Waiting => {
  const { id, key, from, to, text, receivedAt, link } = inbound;
  const set = { reference: conversationId, total: ASKED, index: partitionOf(conversationId) };
  return {
    id,
    part: { key, from, to, text, receivedAt, link, ...set, isJoined: false },
    setIndex: index.of("set", JSON.stringify(["", "", conversationId, ASKED])),
  };
};

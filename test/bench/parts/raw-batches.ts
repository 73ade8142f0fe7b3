import { randomBytes } from "node:crypto";
import type { QueryConfig } from "pg";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import type { Connection } from "#adapters/postgres/connection.ts";
import { commitSingle } from "#adapters/postgres/hot/commit-single.ts";
import { planOf } from "#adapters/postgres/hot/inbound-outcomes.ts";
import { recentIds } from "#adapters/postgres/hot/recent-ids.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Accepted, Batch, InboundWrite } from "#core/ports/traffic.ts";

export interface RawBatchOptions {
  readonly dispatcher: string;
  readonly routes: readonly Route[];
  readonly index: BlindIndex;
  readonly sealed: SealedValues;
}

const ids = uuidV7Ids(systemClock);
const DAY_MS = 86_400_000;

/**
 * A statement of the hot path exactly as the adapter makes it, encoded beforehand: `size` new texts, and what carriers said of the
 * texts of the batch before.
 */
export const rawBatches = ({ dispatcher, routes, index, sealed }: RawBatchOptions) => {
  let before: readonly InboundWrite[] = [];
  let place = 0;
  return async (size: number): Promise<QueryConfig> => {
    const now = Date.now();
    const inbound = Array.from({ length: size }, () => writeOf(routes[place++ % routes.length]!, now));
    const accepted = before.map((write) => acceptedOf(write, now));
    const receipts = accepted.map(
      ({ carrierId }): FinalReceipt => ({
        carrierIds: [carrierId!],
        state: "delivered",
        failure: null,
        at: now,
      }),
    );
    const batch: Batch = { dispatcher, inbound, accepted, requeued: [], outcomes: [], receipts };
    before = inbound;
    return encoded(batch, index, sealed);
  };
};

const LOWEST_ID = "00000000-0000-0000-0000-000000000000";
/** Far from a boundary of periods. */
const UNBOUNDED = {
  guard: { since: LOWEST_ID, dedupIdRange: null, serialized: false },
  receiptIdRange: { from: LOWEST_ID, to: LOWEST_ID },
};

/** What the adapter would have sent. */
const encoded = async (batch: Batch, index: BlindIndex, sealed: SealedValues): Promise<QueryConfig> => {
  let taken: QueryConfig | undefined;
  const connection: Connection = {
    query: async (query) => {
      taken = query as QueryConfig;
      const row = { alive: true, written: batch.inbound.length, queued: 0, matched: 0, partReceipts: null };
      return { rows: [row], rowCount: 1, command: "", oid: 0, fields: [] } as never;
    },
    discard: () => {},
    release: () => {},
  };
  await commitSingle({ connection, index, sealed, recent: recentIds(), ...UNBOUNDED }, batch, planOf(batch));
  return taken!;
};

const writeOf = (route: Route, now: number): InboundWrite => {
  const id = ids.next();
  const inbound: InboundMessage = {
    id,
    key: `smpp:${id}`,
    from: route.sender,
    to: route.virtualNumber,
    text: "123456 I am outside, next to the blue van. See you in five",
    part: null,
    link: "smpp",
    receivedAt: now,
  };
  return {
    inbound,
    serviceId: DEFAULT_SERVICE_ID,
    routeVersion: route.version,
    decision: {
      kind: "relay",
      own: true,
      message: {
        id,
        conversationId: route.conversationId,
        senderId: route.senderId,
        recipientId: route.recipientId,
        priority: "relay",
        source: route.source,
        destination: route.recipient,
        text: inbound.text,
        receivedAt: now,
        expiresAt: now + DAY_MS,
      },
    },
    joins: [],
  };
};

const acceptedOf = ({ inbound }: InboundWrite, now: number): Accepted => ({
  messageId: inbound.id,
  part: 0,
  parts: 1,
  carrierId: randomBytes(16).toString("hex"),
  link: "smpp",
  attempts: 1,
  at: now,
});

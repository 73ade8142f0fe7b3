import { randomUUID } from "node:crypto";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { bigint, bytea, type Column, text, usually, uuid } from "#adapters/postgres/sql/columns.ts";
import { type FinalOutcome, type LinkKind, type OutboundMessage, PRIORITIES } from "#core/domain/message.ts";
import { countSegments } from "#core/domain/message-text.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted, InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import { dispositionOf, RELAYED } from "./decision-code.ts";

/** Link kinds as `accepted.link` has them: add, never change the order. */
export const LINK_KINDS: readonly LinkKind[] = ["smpp", "http"];

/** No route has this number. */
const NO_NUMBER = 0;

/** The lane of a message that is not to be sent. */
export const NO_LANE = -1;

/** A write that becomes a row of `message`. */
export type MessageWrite = InboundWrite & { readonly decision: Exclude<StoredDecision, { kind: "wait" }> };

/** What the statement is told of a message; who talks to whom it takes from the route. */
export interface MessageRow {
  readonly key: string;
  readonly id: string;
  readonly senderIndex: string;
  readonly virtualNumber: string | number;
  readonly routeVersion: string | null;
  readonly receivedAt: number;
  readonly expiresAt: number | null;
  readonly lane: number;
  readonly disposition: number;
  readonly segments: number;
  /** Whether the message belongs to the conversation of the route. */
  readonly routed: boolean;
  readonly hold: boolean;
  readonly payload: Uint8Array;
}

export const MESSAGE_COLUMNS: readonly Column<MessageRow>[] = [
  uuid("key", ({ key }) => key),
  uuid("id", ({ id }) => id),
  uuid("sender_index", ({ senderIndex }) => senderIndex),
  bigint("virtual_number", ({ virtualNumber }) => virtualNumber),
  bigint("route_version", ({ routeVersion }) => routeVersion),
  bigint("received_at", ({ receivedAt }) => receivedAt),
  bigint("expires_at", ({ expiresAt }) => expiresAt),
  usually("lane", "smallint", 0, ({ lane }) => lane),
  usually("disposition", "smallint", RELAYED, ({ disposition }) => disposition),
  usually("segments", "smallint", 1, ({ segments }) => segments),
  usually("routed", "boolean", true, ({ routed }) => routed),
  usually("hold", "boolean", true, ({ hold }) => hold),
  bytea("payload", ({ payload }) => payload),
];

/** `keys`: the blind indexes of the carriers' keys. */
export const messageRows = (
  writes: readonly MessageWrite[],
  keys: readonly string[],
  index: BlindIndex,
  sealed: SealedValues,
): readonly MessageRow[] => {
  const holds = holdsOf(writes);
  return writes.map(({ inbound, routeVersion, decision }, place) => {
    const relayed = decision.kind === "relay" ? decision.message : null;
    const words = relayed?.text ?? inbound.text;
    return {
      key: keys[place]!,
      id: inbound.id,
      senderIndex: index.ofNumber(inbound.from),
      virtualNumber: isMsisdn(inbound.to) ? inbound.to : NO_NUMBER,
      routeVersion,
      receivedAt: inbound.receivedAt,
      expiresAt: relayed?.expiresAt ?? null,
      lane: laneOf(relayed),
      disposition: dispositionOf(decision),
      segments: countSegments(words),
      routed: relayed !== null || (decision.kind !== "relay" && decision.route !== null),
      hold: holds[place]!,
      payload: sealed.sealMessage(inbound.id, { destination: relayed?.destination ?? "", text: words }),
    };
  });
};

const laneOf = (message: OutboundMessage | null): number =>
  message ? PRIORITIES.indexOf(message.priority) : NO_LANE;

/** What is to be kept in hand: nothing that stands behind something of its thread that this very batch queues. */
const holdsOf = (writes: readonly MessageWrite[]): readonly boolean[] => {
  const queued = new Set<string>();
  return writes.map(({ decision }) => {
    if (decision.kind === "command" && decision.autoReply) queued.add(decision.autoReply.recipientId);
    if (decision.kind !== "relay") return false;
    const isHeld = decision.own && !queued.has(decision.message.recipientId);
    if (!isHeld) queued.add(decision.message.recipientId);
    return isHeld;
  });
};

export const ACCEPTED_COLUMNS: readonly Column<Accepted>[] = [
  uuid("message_id", ({ messageId }) => messageId),
  bigint("at", ({ at }) => at),
  usually("part", "smallint", 0, ({ part }) => part),
  usually("parts", "smallint", 1, ({ parts }) => parts),
  usually("link", "smallint", 0, ({ link }) => LINK_KINDS.indexOf(link)),
  usually("attempts", "integer", 1, ({ attempts }) => attempts),
  text("carrier_id", ({ carrierId }) => carrierId),
];

export const END_COLUMNS: readonly Column<FinalOutcome>[] = [
  uuid("message_id", ({ messageId }) => messageId),
  bigint("at", ({ at }) => at),
  usually<FinalOutcome, string>("state", "text", "delivered", ({ state }) => state),
  text("code", ({ failure }) => failure?.code ?? null),
  text("detail", ({ failure }) => failure?.detail ?? null),
];

const SEPARATOR = "\n";

export const RECEIPT_COLUMNS: readonly Column<FinalReceipt>[] = [
  uuid("receipt", () => randomUUID()),
  text("carrier_id", ({ carrierIds }) => carrierIds[0] ?? null),
  /** Other ways in which the carrier may have meant the id, one to a line. */
  text("other_ids", ({ carrierIds }) => (carrierIds.length > 1 ? carrierIds.slice(1).join(SEPARATOR) : null)),
  bigint("at", ({ at }) => at),
  usually<FinalReceipt, string>("state", "text", "delivered", ({ state }) => state),
  text("code", ({ failure }) => failure?.code ?? null),
  text("detail", ({ failure }) => failure?.detail ?? null),
];

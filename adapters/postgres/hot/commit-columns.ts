import { randomUUID } from "node:crypto";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import {
  bigint,
  bytea,
  type Column,
  orDefault,
  seldomUuid,
  text,
  uuid,
} from "#adapters/postgres/sql/columns.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import { countSegments } from "#core/domain/segments.ts";
import type { Accepted, InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import { decisionCodeOf, RELAYED } from "./decision-code.ts";

/** Link kinds as `accepted.link` has them: a storage format. Append, never change the order. */
export const LINK_KINDS: readonly LinkKind[] = ["smpp", "http"];

/** No route has this number. */
export const NO_NUMBER = 0;

/** The priority of a message that is not sent. */
export const NO_PRIORITY = -1;

/** A write that becomes a row of `message`. */
export type MessageWrite = InboundWrite & {
  readonly decision: Exclude<StoredDecision, { kind: "wait" | "ask" }>;
};

/** One message as a parameter of the statement; who talks to whom is taken from the route. */
export interface MessageRow {
  readonly key: string;
  readonly id: string;
  readonly senderIndex: string;
  readonly virtualNumber: string | number;
  readonly routeVersion: string | null;
  readonly receivedAt: number;
  readonly expiresAt: number | null;
  readonly priority: number;
  readonly decisionCode: number;
  readonly segments: number;
  /** Whether the message belongs to the conversation of the route. */
  readonly routed: boolean;
  readonly own: boolean;
  /** Of a text that belongs to no conversation. */
  readonly serviceId: string | null;
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
  orDefault("priority", "smallint", 0, ({ priority }) => priority),
  orDefault("decision_code", "smallint", RELAYED, ({ decisionCode }) => decisionCode),
  orDefault("segments", "smallint", 1, ({ segments }) => segments),
  orDefault("routed", "boolean", true, ({ routed }) => routed),
  orDefault("own", "boolean", true, ({ own }) => own),
  seldomUuid("service_id", ({ serviceId }) => serviceId),
  bytea("payload", ({ payload }) => payload),
];

/** `keys`: the blind indexes of the carriers' keys. */
export const messageRows = (
  writes: readonly MessageWrite[],
  keys: readonly string[],
  index: BlindIndex,
  sealed: SealedValues,
): readonly MessageRow[] => {
  const owned = ownedAmong(writes);
  return writes.map(({ inbound, serviceId, routeVersion, decision }, ordinal) => {
    const relayed = decision.kind === "relay" ? decision.message : null;
    const routed = relayed !== null || (decision.kind !== "relay" && decision.route !== null);
    const written = relayed?.text ?? inbound.text;
    return {
      key: keys[ordinal]!,
      id: inbound.id,
      senderIndex: index.ofNumber(inbound.from),
      virtualNumber: isMsisdn(inbound.to) ? inbound.to : NO_NUMBER,
      routeVersion,
      receivedAt: relayed?.receivedAt ?? inbound.receivedAt,
      expiresAt: relayed?.expiresAt ?? null,
      priority: priorityOf(relayed),
      decisionCode: decisionCodeOf(decision),
      segments: countSegments(written),
      routed,
      own: owned[ordinal]!,
      serviceId: routed ? null : serviceId,
      payload: sealed.sealMessage(inbound.id, {
        ...{ destination: relayed?.destination ?? "", text: written, hold: relayed?.hold },
      }),
    };
  });
};

const priorityOf = (message: OutboundMessage | null): number =>
  message ? PRIORITIES.indexOf(message.priority) : NO_PRIORITY;

/** What the writer is to own: nothing that follows a message to the same recipient which this batch queues. */
const ownedAmong = (writes: readonly MessageWrite[]): readonly boolean[] => {
  const queued = new Set<string>();
  return writes.map((write) => {
    const { decision } = write;
    const notice = noticeOf(write);
    if (notice !== null) queued.add(notice.recipientId);
    if (decision.kind !== "relay") return false;
    const isOwned = decision.own && !queued.has(decision.message.recipientId);
    if (!isOwned) queued.add(decision.message.recipientId);
    return isOwned;
  });
};

/** What is said to whoever wrote a text; mostly nothing. */
export const noticeOf = ({ decision, beside }: MessageWrite): OutboundMessage | null =>
  decision.kind === "command" ? decision.autoReply : (beside?.notice ?? null);

export const ACCEPTED_COLUMNS: readonly Column<Accepted>[] = [
  uuid("message_id", ({ messageId }) => messageId),
  bigint("at", ({ at }) => at),
  orDefault("part", "smallint", 0, ({ part }) => part),
  orDefault("parts", "smallint", 1, ({ parts }) => parts),
  orDefault("link", "smallint", 0, ({ link }) => LINK_KINDS.indexOf(link)),
  orDefault("attempts", "integer", 1, ({ attempts }) => attempts),
  text("carrier_id", ({ carrierId }) => carrierId),
];

export const OUTCOME_COLUMNS: readonly Column<FinalOutcome>[] = [
  uuid("message_id", ({ messageId }) => messageId),
  bigint("at", ({ at }) => at),
  orDefault<FinalOutcome, string>("state", "text", "delivered", ({ state }) => state),
  text("code", ({ failure }) => failure?.code ?? null),
  text("detail", ({ failure }) => failure?.detail ?? null),
];

const SEPARATOR = "\n";

/** A receipt as a parameter of the statement. */
export interface ReceiptRow extends Omit<FinalReceipt, "between"> {
  /** Null: it counts whatever numbers its message went between. */
  readonly between: { readonly virtualNumber: string; readonly numberIndex: string } | null;
}

export const receiptRows = (receipts: readonly FinalReceipt[], index: BlindIndex): readonly ReceiptRow[] =>
  receipts.map(({ between, ...receipt }) => ({
    ...receipt,
    between: between
      ? { virtualNumber: between.virtualNumber, numberIndex: index.ofNumber(handsetOf(between.handset)) }
      : null,
  }));

export const RECEIPT_COLUMNS: readonly Column<ReceiptRow>[] = [
  uuid("receipt", () => randomUUID()),
  text("carrier_id", ({ carrierIds }) => carrierIds[0] ?? null),
  /** Other ways in which the carrier may have meant the id, one to a line. */
  text("other_ids", ({ carrierIds }) => (carrierIds.length > 1 ? carrierIds.slice(1).join(SEPARATOR) : null)),
  bigint("at", ({ at }) => at),
  orDefault<ReceiptRow, string>("state", "text", "delivered", ({ state }) => state),
  text("code", ({ failure }) => failure?.code ?? null),
  text("detail", ({ failure }) => failure?.detail ?? null),
  text("virtual_number", ({ between }) => between?.virtualNumber ?? null),
  seldomUuid("number_index", ({ between }) => between?.numberIndex ?? null),
];

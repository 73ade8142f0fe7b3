import { randomUUID } from "node:crypto";
import { LANES, type LinkKind, type OutboundMessage, type Verdict } from "#core/domain/message.ts";
import { countSegments } from "#core/domain/message-text.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted, InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import type { BlindIndex } from "./blind-index.ts";
import { dispositionOf, RELAYED } from "./disposition.ts";
import type { SealedValues } from "./sealed-values.ts";
import { plainArray, textArray, usualArray } from "./sql/array-literal.ts";
import { bigintArray, uuidArray } from "./sql/binary-array.ts";

/** An array, as text or in binary form. */
export type Column = Buffer | string;

/** Columns of equal length; those that the comment gives a usual value are empty when every row has it. */
export interface MessageColumns {
  readonly key: Column;
  readonly id: Column;
  readonly senderIndex: Column;
  readonly virtualNumber: Column;
  readonly routeVersion: Column;
  readonly receivedAt: Column;
  readonly expiresAt: Column;
  /** -1 for a message that is not to be sent. Usual: 0. */
  readonly lane: string;
  /** Usual: 0. */
  readonly disposition: string;
  /** Usual: 1. */
  readonly segments: string;
  /** Whether the message belongs to the conversation of the route. Usual: true. */
  readonly routed: string;
  /** Usual: true. */
  readonly hold: string;
  /** All payloads one after the other; where each begins (from 1) and how long it is. */
  readonly payloads: Buffer;
  readonly payloadAt: string;
  readonly payloadLength: string;
}

export interface AcceptedColumns {
  readonly messageId: Column;
  readonly at: Column;
  /** Usual: 0. */
  readonly part: string;
  /** Usual: 1. */
  readonly parts: string;
  /** Usual: 0. */
  readonly link: string;
  /** Usual: 1. */
  readonly attempts: string;
  readonly carrierId: string;
}

export interface EndColumns {
  readonly messageId: Column;
  readonly at: Column;
  /** Usual: delivered. */
  readonly state: string;
  readonly code: string;
  readonly detail: string;
}

export interface ReceiptColumns {
  readonly receipt: Column;
  readonly carrierId: string;
  /** Other ways in which the carrier may have meant the id, one to a line. */
  readonly otherIds: string;
  readonly at: Column;
  /** Usual: delivered. */
  readonly state: string;
  readonly code: string;
  readonly detail: string;
}

/** Link kinds as `accepted.link` has them: add, never change the order. */
export const LINK_KINDS: readonly LinkKind[] = ["smpp", "http"];

/** No route has this number. */
const NO_NUMBER = 0;

/** A write that becomes a row of `message`. */
export type MessageWrite = InboundWrite & { readonly decision: Exclude<StoredDecision, { kind: "wait" }> };

export const messageColumns = (
  writes: readonly MessageWrite[],
  keys: readonly string[],
  index: BlindIndex,
  sealed: SealedValues,
): MessageColumns => {
  const relayed = (write: MessageWrite) => (write.decision.kind === "relay" ? write.decision.message : null);
  const payloads = writes.map((write) =>
    sealed.sealMessage(write.inbound.id, {
      destination: relayed(write)?.destination ?? "",
      text: relayed(write)?.text ?? write.inbound.text,
    }),
  );
  let next = 1;
  const starts = payloads.map(({ length }) => {
    next += length;
    return next - length;
  });
  return {
    key: uuidArray(keys),
    id: uuidArray(writes.map(({ inbound }) => inbound.id)),
    senderIndex: uuidArray(writes.map(({ inbound }) => index.ofNumber(inbound.from))),
    virtualNumber: bigintArray(writes.map(({ inbound }) => (isMsisdn(inbound.to) ? inbound.to : NO_NUMBER))),
    routeVersion: bigintArray(writes.map(({ routeVersion }) => routeVersion)),
    receivedAt: bigintArray(writes.map(({ inbound }) => inbound.receivedAt)),
    expiresAt: bigintArray(writes.map((write) => relayed(write)?.expiresAt ?? null)),
    lane: usualArray(
      writes.map((write) => laneOf(relayed(write))),
      0,
    ),
    disposition: usualArray(
      writes.map(({ decision }) => dispositionOf(decision)),
      RELAYED,
    ),
    segments: usualArray(
      writes.map((write) => countSegments(relayed(write)?.text ?? write.inbound.text)),
      1,
    ),
    routed: usualArray(
      writes.map(({ decision }) => decision.kind === "relay" || decision.route !== null),
      true,
    ),
    hold: usualArray(holdsOf(writes), true),
    payloads: Buffer.concat(payloads),
    payloadAt: plainArray(starts),
    payloadLength: plainArray(payloads.map(({ length }) => length)),
  };
};

const laneOf = (message: OutboundMessage | null): number => (message ? LANES.indexOf(message.lane) : -1);

/** What is to be kept in hand: nothing that stands behind something of its thread that this very batch queues. */
export const holdsOf = (writes: readonly MessageWrite[]): readonly boolean[] => {
  const queued = new Set<string>();
  return writes.map(({ decision }) => {
    if (decision.kind === "command" && decision.notice) queued.add(decision.notice.recipientId);
    if (decision.kind !== "relay") return false;
    const isHeld = decision.hold && !queued.has(decision.message.recipientId);
    if (!isHeld) queued.add(decision.message.recipientId);
    return isHeld;
  });
};

export const acceptedColumns = (facts: readonly Accepted[]): AcceptedColumns => ({
  messageId: uuidArray(facts.map(({ messageId }) => messageId)),
  at: bigintArray(facts.map(({ at }) => at)),
  part: usualArray(
    facts.map(({ part }) => part),
    0,
  ),
  parts: usualArray(
    facts.map(({ parts }) => parts),
    1,
  ),
  link: usualArray(
    facts.map(({ link }) => LINK_KINDS.indexOf(link)),
    0,
  ),
  attempts: usualArray(
    facts.map(({ attempts }) => attempts),
    1,
  ),
  carrierId: textArray(facts.map(({ carrierId }) => carrierId)),
});

export const endColumns = (verdicts: readonly Verdict[]): EndColumns => ({
  messageId: uuidArray(verdicts.map(({ messageId }) => messageId)),
  at: bigintArray(verdicts.map(({ at }) => at)),
  state: usualArray<string>(
    verdicts.map(({ state }) => state),
    "delivered",
  ),
  code: textArray(verdicts.map(({ failure }) => failure?.code ?? null)),
  detail: textArray(verdicts.map(({ failure }) => failure?.detail ?? null)),
});

const SEPARATOR = "\n";

export const receiptColumns = (receipts: readonly FinalReceipt[]): ReceiptColumns => ({
  receipt: uuidArray(receipts.map(() => randomUUID())),
  carrierId: textArray(receipts.map(({ carrierIds }) => carrierIds[0] ?? null)),
  otherIds: textArray(
    receipts.map(({ carrierIds }) => (carrierIds.length > 1 ? carrierIds.slice(1).join(SEPARATOR) : null)),
  ),
  at: bigintArray(receipts.map(({ at }) => at)),
  state: usualArray<string>(
    receipts.map(({ state }) => state),
    "delivered",
  ),
  code: textArray(receipts.map(({ failure }) => failure?.code ?? null)),
  detail: textArray(receipts.map(({ failure }) => failure?.detail ?? null)),
});

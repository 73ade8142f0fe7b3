import { type Failure, NO_RECEIPT, TTL_OVER } from "#core/domain/failure.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import { combineReceipts } from "#core/domain/receipt.ts";
import { RECEIPT_GRACE_MS } from "#core/domain/retention.ts";
import { type MaintenanceOptions, type MaintenancePorts, SWEEP_MAX } from "./context.ts";

/** Receipts that two concurrent writes could not see of each other. */
export const matchReceipts = async (ports: MaintenancePorts): Promise<void> => {
  await ports.storage.reconciliation.matchParked(SWEEP_MAX);
  // breakage: ignore-part-receipts
  await combinePartReceipts(ports);
};

const combinePartReceipts = async (ports: MaintenancePorts): Promise<void> => {
  const outcomes: FinalOutcome[] = [];
  for (const { messageId, parts } of await ports.storage.reconciliation.openPartReceipts(SWEEP_MAX)) {
    const outcome = combineReceipts(messageId, parts);
    if (outcome) outcomes.push(outcome);
  }
  await record(ports, outcomes);
};

/** Ends messages whose time to live is over and that no carrier has accepted. */
export const expireOverdue = async (ports: MaintenancePorts, now: number): Promise<void> =>
  expire(ports, await ports.storage.reconciliation.overdue(now, SWEEP_MAX), now, TTL_OVER);

/** Ends messages of which the carrier has never said what became of them. */
export const expireUnreceipted = async (
  ports: MaintenancePorts,
  options: MaintenanceOptions,
  now: number,
): Promise<void> => {
  const receivedBefore = now - options.messageTtlMs - (options.receiptGraceMs ?? RECEIPT_GRACE_MS);
  const unreceipted = await ports.storage.reconciliation.unreceipted(receivedBefore, SWEEP_MAX);
  await expire(ports, unreceipted, now, NO_RECEIPT);
};

const expire = async (
  ports: MaintenancePorts,
  messageIds: readonly string[],
  at: number,
  failure: Failure,
): Promise<void> => {
  await record(
    ports,
    messageIds.map((messageId) => ({ messageId, state: "expired", failure, at })),
  );
  for (const messageId of messageIds)
    ports.journal.messageEnded({ messageId, state: "expired", code: failure.code, link: "none" });
};

const record = async ({ writer }: MaintenancePorts, outcomes: readonly FinalOutcome[]): Promise<void> => {
  if (outcomes.length === 0) return;
  await new Promise<void>((resolve) => writer.record({ outcomes }, resolve));
};

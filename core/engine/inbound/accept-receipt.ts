import { type FinalReceipt, isFinalReceipt, type Receipt, type SentBetween } from "#core/domain/receipt.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import type { SentMatch } from "#core/ports/reconciliation.ts";
import type { Timer } from "#core/ports/timer.ts";
import { PATIENCE_MS } from "./active-write.ts";

/** `other-numbers`: its message went between other numbers than it says, or none of them is ours; it changes nothing. */
export type ReceiptResult = AcceptResult | "other-numbers";

export interface ReceiptAcceptancePorts {
  /** Null: storage does not answer. */
  readonly matchSent: (
    carrierIds: readonly string[],
    source: string,
    destination: string,
  ) => Promise<SentMatch | null>;
  /** Null: storage does not answer. */
  readonly findOurs: (a: string, b: string) => Promise<SentBetween | "nobody" | null>;
  readonly accept: (receipt: Receipt | FinalReceipt) => Promise<AcceptResult>;
  readonly timer: Timer;
}

/** Between which numbers the carrier says that a message went. */
interface ClaimedPair {
  readonly source: string;
  readonly destination: string;
}

/** How long to wait before asking lost storage again. */
const RETRY_MS = 250;

/** Receipts that may wait for lost storage. */
const WAITING_MAX = 10_000;

/**
 * Takes a receipt that names numbers only if its message went between them, in whichever order: anybody may come upon an id, and
 * carriers that are asked by many accounts have mixed them up. With an id that is not known yet it is taken together with the numbers,
 * as the carrier's answer may still be on its way: they are compared when the id is known.
 */
export const createReceiptAcceptance = ({ matchSent, findOurs, accept, timer }: ReceiptAcceptancePorts) => {
  let waiting = 0;

  const match = async ({ carrierIds }: Receipt, { source, destination }: ClaimedPair) => {
    const there = await matchSent(carrierIds, source, destination);
    return there === "elsewhere" ? matchSent(carrierIds, destination, source) : there;
  };

  /** As long as any carrier waits, so that an outage of seconds is seen by nobody. */
  const patientMatch = async (receipt: Receipt, pair: ClaimedPair): Promise<SentMatch | null> => {
    let found = await match(receipt, pair);
    if (found !== null || waiting >= WAITING_MAX) return found;
    waiting += 1;
    for (let waitedMs = 0; found === null && waitedMs < PATIENCE_MS; waitedMs += RETRY_MS) {
      await new Promise<void>((resolve) => timer.after(RETRY_MS, resolve));
      found = await match(receipt, pair);
    }
    waiting -= 1;
    return found;
  };

  return async (receipt: Receipt, pair: ClaimedPair | null): Promise<ReceiptResult> => {
    if (pair === null || !isFinalReceipt(receipt)) return accept(receipt);
    const found = await patientMatch(receipt, pair);
    if (found === null) return "unavailable";
    if (found !== "unknown") return found === "elsewhere" ? "other-numbers" : accept(receipt);
    const between = await findOurs(pair.source, pair.destination);
    if (between === null) return "unavailable";
    // breakage: forget-claimed-numbers
    return between === "nobody" ? "other-numbers" : accept({ ...receipt, between });
  };
};

import { isMsisdn } from "#core/domain/msisdn.ts";
import type { SentBetween } from "#core/domain/receipt.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { Reconciliation, SentMatch } from "#core/ports/reconciliation.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { handsetOrAddress } from "./received-message.ts";

/** As `Reconciliation.matchSent`, in whatever form the carrier writes the numbers; null when storage does not answer. */
export const checkSent =
  ({ reconciliation }: { readonly reconciliation: Pick<Reconciliation, "matchSent"> }) =>
  async (carrierIds: readonly string[], source: string, destination: string): Promise<SentMatch | null> => {
    try {
      const [from, to] = [handsetOrAddress(source), handsetOrAddress(destination)];
      return await reconciliation.matchSent(carrierIds, from, to);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };

/** Which of two numbers, in whatever form the carrier writes them, is ours; `nobody`: neither; null when storage does not answer. */
export const findOurs =
  ({ numbers }: { readonly numbers: Pick<Numbers, "ownAmong"> }) =>
  async (a: string, b: string): Promise<SentBetween | "nobody" | null> => {
    const [one, other] = [handsetOrAddress(a), handsetOrAddress(b)];
    if (!isMsisdn(one) || !isMsisdn(other)) return "nobody";
    try {
      const own = await numbers.ownAmong([one, other]);
      if (own.has(one)) return { virtualNumber: one, handset: other };
      return own.has(other) ? { virtualNumber: other, handset: one } : "nobody";
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };

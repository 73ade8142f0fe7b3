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

import type { Reconciliation } from "#core/ports/reconciliation.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

/** As `Reconciliation.isSent`; null when storage does not answer. */
export const checkSent =
  ({ reconciliation }: { readonly reconciliation: Pick<Reconciliation, "isSent"> }) =>
  async (carrierIds: readonly string[], source: string, destination: string): Promise<boolean | null> => {
    try {
      return await reconciliation.isSent(carrierIds, source, destination);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };

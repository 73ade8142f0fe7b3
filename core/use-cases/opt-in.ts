import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";

/** Opts a handset in again; one that never opted out stays as it is. */
export const optIn =
  ({ optOuts }: { readonly optOuts: Pick<OptOuts, "remove"> }) =>
  (number: Msisdn): Promise<void> =>
    optOuts.remove(number);

import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";

/** Records that somebody wants texts again; who never wanted none is left as they are. */
export const optIn =
  ({ optOuts }: { readonly optOuts: Pick<OptOuts, "remove"> }) =>
  (number: Msisdn): Promise<void> =>
    optOuts.remove(number);

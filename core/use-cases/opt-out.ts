import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";

/** Records that somebody wants no texts from us. The first wish keeps its date. */
export const optOut =
  ({ optOuts, clock }: { readonly optOuts: Pick<OptOuts, "put">; readonly clock: Clock }) =>
  (number: Msisdn): Promise<OptOut> =>
    optOuts.put(number, clock.now());

import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";

/** Whether somebody wants no texts from us, and since when; null: they may be texted. */
export const getOptOut =
  ({ optOuts }: { readonly optOuts: Pick<OptOuts, "get"> }) =>
  (number: Msisdn): Promise<OptOut | null> =>
    optOuts.get(number);

import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";

/** Whether a handset has opted out of the texts of a service, and since when; null: it may be texted. */
export const getOptOut =
  ({ optOuts }: { readonly optOuts: Pick<OptOuts, "get"> }) =>
  (serviceId: string, number: Msisdn): Promise<OptOut | null> =>
    optOuts.get(serviceId, number);

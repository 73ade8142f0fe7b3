import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";

/** Opts a handset in again to the texts of a service; one that never opted out stays as it is. */
export const optIn =
  ({ optOuts, clock }: { readonly optOuts: Pick<OptOuts, "remove">; readonly clock: Clock }) =>
  (serviceId: string, number: Msisdn): Promise<void> =>
    optOuts.remove(serviceId, number, clock.now());

import type { Msisdn } from "#core/domain/msisdn.ts";
import type { StopScope } from "#core/domain/wishes/wish.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";

/** Opts a handset out: it gets no more texts of this service. Opted out twice, the first date stays. */
export const optOut =
  ({ optOuts, clock }: { readonly optOuts: Pick<OptOuts, "put">; readonly clock: Clock }) =>
  (serviceId: string, number: Msisdn, scope: StopScope = "service"): Promise<OptOut> =>
    optOuts.put(serviceId, number, clock.now(), scope);

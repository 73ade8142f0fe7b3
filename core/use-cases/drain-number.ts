import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

/** Keeps a number out of new conversations; those that are open go on. Null: it is none of ours. */
export const drainNumber =
  ({ numbers }: { readonly numbers: Pick<Numbers, "drain"> }) =>
  (number: Msisdn): Promise<VirtualNumber | null> =>
    numbers.drain(number);

import type { Msisdn } from "#core/domain/msisdn.ts";

/** Who wants no texts from us. Changing it changes the routes that lead there in the same transaction. */
export interface OptOuts {
  get(number: Msisdn): Promise<OptOut | null>;
  /** Somebody who wants none already is answered with the first wish. */
  put(number: Msisdn, at: number): Promise<OptOut>;
  remove(number: Msisdn): Promise<void>;
}

export interface OptOut {
  readonly number: Msisdn;
  readonly since: number;
}

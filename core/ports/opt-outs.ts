import type { Msisdn } from "#core/domain/msisdn.ts";

/** Which handsets want no texts from us. Changing it changes the routes that lead there in the same transaction. */
export interface OptOuts {
  get(number: Msisdn): Promise<OptOut | null>;
  /** A handset that has opted out already is answered as it is. */
  put(number: Msisdn, at: number): Promise<OptOut>;
  remove(number: Msisdn): Promise<void>;
}

export interface OptOut {
  readonly number: Msisdn;
  readonly since: number;
}

import type { Failure } from "#core/domain/failure.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Result } from "#core/result.ts";

/** Where virtual numbers are rented. Nothing here rejects: what the carrier says is a value. */
export interface NumberMarket {
  search(query: NumberQuery): Promise<Result<readonly OfferedNumber[], MarketFailure>>;
  /** Whether our account holds it. */
  owns(number: Msisdn, country: string): Promise<Result<boolean, MarketFailure>>;
  /** Rents it. Renting a number that is already ours is fine. */
  rent(number: Msisdn, country: string): Promise<Result<void, MarketFailure>>;
  /** Directs its inbound texts to us. */
  configure(number: Msisdn, country: string): Promise<Result<void, MarketFailure>>;
  /** Gives it back. Giving back one that is not ours is fine. */
  release(number: Msisdn, country: string): Promise<Result<void, MarketFailure>>;
}

export interface NumberQuery {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Such as `SMS`, `VOICE`. */
  readonly features: readonly string[];
  /** Digits that the number contains. */
  readonly contains: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

export interface OfferedNumber {
  readonly number: Msisdn;
  readonly country: string;
  readonly features: readonly string[];
  /** Decimal, per month, in EUR. */
  readonly monthlyCost: string | null;
}

/** `taken`: another account has it by now. `refused`: never for us. `unavailable`: try again later. */
export interface MarketFailure extends Failure {
  readonly kind: "taken" | "refused" | "unavailable";
}

import type { Msisdn } from "#core/domain/msisdn.ts";

/** Finds out whether a number exists as such, and where. */
export interface NumberInsight {
  /** Never rejects: trouble of the service is `unavailable`. `country` (ISO 3166-1 alpha-2) is a hint. */
  lookup(number: Msisdn, country: string | null): Promise<Insight>;
}

export type Insight =
  | {
      readonly kind: "valid";
      readonly number: Msisdn;
      /** ISO 3166-1 alpha-2. */
      readonly country: string;
      /** Digits, such as `44`. */
      readonly callingCode: string;
    }
  | { readonly kind: "invalid"; readonly detail: string }
  | { readonly kind: "unavailable"; readonly detail: string };

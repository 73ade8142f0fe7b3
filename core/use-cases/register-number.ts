import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

export interface RegisterNumberPorts {
  readonly numbers: Pick<Numbers, "add">;
  readonly insight: NumberInsight;
  readonly clock: Clock;
}

export interface RegisterNumberInput {
  readonly number: Msisdn;
  /** ISO 3166-1 alpha-2; null: found out from the number. */
  readonly country: string | null;
  /** Such as `SMS`, `VOICE`. */
  readonly features: readonly string[];
}

export type RegisterNumberOutcome =
  | { readonly kind: "registered"; readonly number: VirtualNumber }
  | { readonly kind: "unknown-country" }
  /** It is a participant's own number. */
  | { readonly kind: "participant" };

/** Takes a number into the pool that is rented already. One that is there stays as it is. */
export const registerNumber =
  ({ numbers, insight, clock }: RegisterNumberPorts) =>
  async ({ number, country, features }: RegisterNumberInput): Promise<RegisterNumberOutcome> => {
    const itsCountry = country ?? (await countryOf(insight, number));
    if (itsCountry === null) return { kind: "unknown-country" };
    const added = await numbers.add({ number, country: itsCountry, features, at: clock.now() });
    return added === "participant" ? { kind: "participant" } : { kind: "registered", number: added };
  };

const countryOf = async (insight: NumberInsight, number: Msisdn): Promise<string | null> => {
  const found = await insight.lookup(number, null);
  return found.kind === "valid" ? found.country : null;
};

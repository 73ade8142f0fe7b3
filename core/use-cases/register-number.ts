import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { NumberMarket } from "#core/ports/number-market.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

export interface RegisterNumberPorts {
  readonly numbers: Pick<Numbers, "add" | "get">;
  readonly market: Pick<NumberMarket, "owns">;
  readonly insight: NumberInsight;
  readonly clock: Clock;
}

export interface RegisterNumberInput {
  /** Whose it is to be. */
  readonly serviceId: string;
  readonly number: Msisdn;
  /** ISO 3166-1 alpha-2; null: found out from the number. */
  readonly country: string | null;
  /** Such as `SMS`, `VOICE`. */
  readonly features: readonly string[];
  readonly state?: "active" | "reserved";
}

export type RegisterNumberOutcome =
  | { readonly kind: "registered"; readonly number: VirtualNumber }
  | { readonly kind: "unknown-country" }
  /** The carrier says that our account does not hold it: every text from it would fail. */
  | { readonly kind: "not-held" }
  /** It is a participant's own number. */
  | { readonly kind: "participant" }
  /** Another service has it, for as long as it is ours. */
  | { readonly kind: "other-service" };

/** Takes a number into the pool that is rented already; the carrier is asked where there is one. One that is there stays as it is. */
export const registerNumber =
  ({ numbers, market, insight, clock }: RegisterNumberPorts) =>
  async ({
    serviceId,
    number,
    country,
    features,
    state = "active",
  }: RegisterNumberInput): Promise<RegisterNumberOutcome> => {
    const existing = await numbers.get(number);
    if (existing) return registeredIn(serviceId, existing);
    const itsCountry = country ?? (await countryOf(insight, number));
    if (itsCountry === null) return { kind: "unknown-country" };
    // Where the carrier cannot be asked, the word of whoever registers it is taken.
    const held = await market.owns(number, itsCountry);
    if (held.ok && !held.value) return { kind: "not-held" };
    const added = await numbers.add({
      ...{ number, serviceId, country: itsCountry, features, state },
      at: clock.now(),
    });
    return added === "participant" ? { kind: "participant" } : registeredIn(serviceId, added);
  };

const registeredIn = (serviceId: string, number: VirtualNumber): RegisterNumberOutcome =>
  number.serviceId === serviceId ? { kind: "registered", number } : { kind: "other-service" };

const countryOf = async (insight: NumberInsight, number: Msisdn): Promise<string | null> => {
  const found = await insight.lookup(number, null);
  return found.kind === "valid" ? found.country : null;
};

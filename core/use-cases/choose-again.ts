/** What one choice of numbers came to. */
export type Choice<Outcome> =
  | { readonly kind: "done"; readonly outcome: Outcome }
  /** Another process took a number, or changed what was decided on, in the meantime. */
  | { readonly kind: "conflict" }
  /** No number is free; `mayRent`: one that is rented now would do. */
  | {
      readonly kind: "exhausted";
      readonly serviceId: string;
      readonly country: string;
      readonly mayRent: boolean;
      readonly outcome: Outcome;
    };

/** Rents numbers where the pool of a service has run out; answers whether there are more now. */
export type RentMore = (country: string, serviceId: string) => Promise<boolean>;

/** So many conflicts in a row mean more openings for these participants than can be served. */
const CHOICES_MAX = 200;

/**
 * Chooses numbers until the write succeeds: openings that run at the same time never fail because of each other. `choose` gets
 * whether the pool has to be read anew: what is remembered may be a little old, and only fresh facts are a reason to rent or to
 * refuse.
 */
export const chooseAgain = async <Outcome>(
  choose: (fresh: boolean) => Promise<Choice<Outcome>>,
  rentMore: RentMore,
): Promise<Outcome | { readonly kind: "busy" }> => {
  let fresh = false;
  for (let count = 1; count <= CHOICES_MAX; count += 1) {
    const choice = await choose(fresh);
    if (choice.kind === "done") return choice.outcome;
    if (choice.kind === "exhausted" && fresh) {
      const more = choice.mayRent && (await rentMore(choice.country, choice.serviceId));
      if (!more) return choice.outcome;
    }
    fresh = true;
  }
  return { kind: "busy" };
};

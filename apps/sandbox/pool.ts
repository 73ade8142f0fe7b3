import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { NumberMarket } from "#core/ports/number-market.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";
import { fail, ok, type Result } from "#core/result.ts";
import { rentNumbers } from "#core/use-cases/rent-numbers.ts";

/** What a new sandbox rents. */
export const FIRST_POOL: Readonly<Record<string, number>> = { GB: 5, US: 5 };

const PAGE = 200;

export interface PoolPorts {
  readonly market: NumberMarket;
  readonly numbers: Numbers;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "numbersRented" | "rentingRefused">;
}

/**
 * Rents the first numbers, as the API would; at later starts it makes sure that the carrier still has ours and brings their
 * texts to the address that we have now. Answers all of them, or one line.
 */
export const preparePool = async (ports: PoolPorts): Promise<Result<readonly VirtualNumber[], string>> => {
  const known = await all(ports.numbers);
  if (known.length === 0) return rentFirst(ports);
  for (const { number, country } of known) {
    const configured = await ports.market.configure(number, country);
    if (configured.ok) continue;
    // A carrier that has lost its memory has to be asked for the number again.
    const rented = await ports.market.rent(number, country);
    const again = rented.ok ? await ports.market.configure(number, country) : rented;
    if (!again.ok) return fail(`Cannot get back a number from the carrier: ${again.error.detail}`);
  }
  return ok(known);
};

const rentFirst = async (ports: PoolPorts): Promise<Result<readonly VirtualNumber[], string>> => {
  const rent = rentNumbers(ports);
  const rented: VirtualNumber[] = [];
  for (const [country, count] of Object.entries(FIRST_POOL)) {
    const outcome = await rent({ serviceId: DEFAULT_SERVICE_ID, country, count, features: ["SMS"] });
    if (outcome.failure) return fail(`Cannot rent numbers in ${country}: ${outcome.failure.detail}`);
    rented.push(...outcome.rented);
  }
  return ok(rented);
};

const all = async (numbers: Numbers): Promise<readonly VirtualNumber[]> => {
  const found: VirtualNumber[] = [];
  let after: string | null = null;
  do {
    const slice = await numbers.list(null, { limit: PAGE, after });
    found.push(...slice.items);
    after = slice.next;
  } while (after !== null);
  return found;
};

import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";
import type { RulesOf } from "./services.ts";
import type { Sums } from "./sums.ts";

/** What is sent, and costs money. */
export interface Cost {
  readonly serviceId: string;
  readonly segments: number;
  /** Of whoever gets it; null: it is not known. */
  readonly country: string | null;
}

/** Bounds what a day may cost, over all services and of each. What people write to each other, notices and answers are never asked about. */
export interface Spending {
  /** Sends unless the day would then have more segments than its cap. Where it was not sent after all (`isSent`), it does not count. */
  spend<T>(cost: Cost, send: () => Promise<T>, isSent: (outcome: T) => boolean): Promise<T | "spend-cap">;
}

export const NO_CAP: Spending = { spend: (_, send) => send() };

/** Under which key of {@link Sums} the segments of a day are counted, over all services. */
export const SPENT = "spent";
const DAY_MS = 24 * 3_600_000;

/** When the day of an instant begins, by UTC. */
export const dayOf = (at: number): number => at - (at % DAY_MS);
export const nextDayAfter = (at: number): number => dayOf(at) + DAY_MS;

interface SpendingPorts {
  readonly sums: Pick<Sums, "add" | "addWithin">;
  readonly events: Pick<Events, "tell">;
  readonly clock: Clock;
  readonly rulesOf: RulesOf;
}

/** A sum of a day, and how much it may be. */
interface Bound {
  readonly of: "service" | "installation";
  readonly key: string;
  readonly cap: number;
}

/** `cap`: segments a day of the whole installation, 1 or more; null: any number. A service may have a cap of its own: both hold. */
export const spendingWithin = (
  cap: number | null,
  { sums, events, clock, rulesOf }: SpendingPorts,
): Spending => {
  /** By service and bound; there are a thousand services at most. */
  const told = new Map<string, number>();

  /** Once a day for each service and bound. */
  const tell = async ({ serviceId, country }: Cost, bound: Bound, at: number): Promise<void> => {
    const key = `${serviceId} ${bound.of}`;
    if (told.get(key) === dayOf(at)) return;
    told.set(key, dayOf(at));
    const data = { cap: bound.cap, of: bound.of };
    await events.tell([{ type: "abuse.spend-cap", subject: country, data, serviceId, at }]);
  };

  const boundsOn = async ({ serviceId }: Cost): Promise<readonly Bound[]> => {
    const { spendCap } = await rulesOf(serviceId);
    return [
      // breakage: spend-without-service-cap
      ...(spendCap === null ? [] : [{ of: "service", key: `${SPENT} ${serviceId}`, cap: spendCap } as const]),
      ...(cap === null ? [] : [{ of: "installation", key: SPENT, cap } as const]),
    ];
  };

  return {
    spend: async (cost, send, isSent) => {
      const { segments } = cost;
      const bounds = segments === 0 ? [] : await boundsOn(cost);
      if (bounds.length === 0) return send();
      const at = clock.now();
      const spent = bounds.map(({ key }) => ({ key, from: dayOf(at), count: segments }));
      const takeBack = (added: typeof spent): Promise<void> =>
        sums.add(added.map((each) => ({ ...each, count: -segments })));
      for (const [i, bound] of bounds.entries()) {
        // breakage: spend-without-cap
        if (!(await sums.addWithin(spent[i]!, bound.cap))) {
          // breakage: count-for-the-other-cap
          await takeBack(spent.slice(0, i));
          await tell(cost, bound, at);
          return "spend-cap";
        }
      }
      const outcome = await send();
      // breakage: count-what-was-not-sent
      if (!isSent(outcome)) await takeBack(spent);
      return outcome;
    },
  };
};

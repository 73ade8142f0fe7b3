import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";
import type { Sums } from "./sums.ts";

/** What is sent, and costs money. */
export interface Cost {
  readonly serviceId: string;
  readonly segments: number;
  /** Of whoever gets it; null: it is not known. */
  readonly country: string | null;
}

/** Bounds what a day may cost, over all services. What people write to each other, notices and answers are never asked about. */
export interface Spending {
  /** Sends unless the day would then have more segments than its cap. Where it was not sent after all (`isSent`), it does not count. */
  spend<T>(cost: Cost, send: () => Promise<T>, isSent: (outcome: T) => boolean): Promise<T | "spend-cap">;
}

export const NO_CAP: Spending = { spend: (_, send) => send() };

/** Under which key of {@link Sums} the segments of a day are counted. */
export const SPENT = "spent";
const DAY_MS = 24 * 3_600_000;

/** When the day of an instant begins, by UTC. */
export const dayOf = (at: number): number => at - (at % DAY_MS);
export const nextDayAfter = (at: number): number => dayOf(at) + DAY_MS;

interface SpendingPorts {
  readonly sums: Pick<Sums, "add" | "addWithin">;
  readonly events: Pick<Events, "tell">;
  readonly clock: Clock;
}

/** `cap`: segments a day, 1 or more; null: any number. */
export const spendingWithin = (cap: number | null, { sums, events, clock }: SpendingPorts): Spending => {
  if (cap === null) return NO_CAP;
  /** By service; there are a thousand at most. */
  const told = new Map<string, number>();

  /** Once a day for each service. */
  const tell = async ({ serviceId, country }: Cost, at: number): Promise<void> => {
    if (told.get(serviceId) === dayOf(at)) return;
    told.set(serviceId, dayOf(at));
    await events.tell([{ type: "abuse.spend-cap", subject: country, data: { cap }, serviceId, at }]);
  };

  return {
    spend: async (cost, send, isSent) => {
      const { segments } = cost;
      if (segments === 0) return send();
      const at = clock.now();
      const spent = { key: SPENT, from: dayOf(at), count: segments };
      // breakage: spend-without-cap
      if (!(await sums.addWithin(spent, cap))) {
        await tell(cost, at);
        return "spend-cap";
      }
      const outcome = await send();
      // breakage: count-what-was-not-sent
      if (!isSent(outcome)) await sums.add([{ ...spent, count: -segments }]);
      return outcome;
    },
  };
};

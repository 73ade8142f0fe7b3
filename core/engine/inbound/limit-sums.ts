import { DAY_MS } from "#core/domain/day-limit.ts";
import type { Route } from "#core/domain/route.ts";
import { HOUR_MS, type LimitRule, MINUTE_MS } from "#core/domain/text-limits.ts";
import type { Clock } from "#core/ports/clock.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Sums } from "#core/ports/sums.ts";
import type { Timer } from "#core/ports/timer.ts";
import { personOf } from "./day-counts.ts";
import type { LimitWatch } from "./limit-watch.ts";

/** A text of somebody whose service limits what they text. */
export interface LimitedText {
  readonly route: Route;
  readonly serviceId: string | null;
  readonly limits: LimitRule;
}

/** Keeps what writers have texted over a restart, and passes it on to the process that receives them next. */
export interface LimitSums {
  /** Learns what these writers have texted elsewhere, where nothing is known of them here. Never rejects. */
  takeOver(texts: readonly LimitedText[]): Promise<void>;
  /** Something may have been counted here: it is stored within a minute. */
  look(): void;
  /** Stores what is not stored yet, and resolves when that is done. */
  settled(): Promise<void>;
}

interface LimitSumsPorts {
  /** Null: what people text is counted in memory alone. */
  readonly sums: Pick<Sums, "add" | "lately"> | null;
  readonly clock: Clock;
  readonly timer: Timer;
}

export const createLimitSums = ({ sums, clock, timer }: LimitSumsPorts, limits: LimitWatch): LimitSums => {
  let storing: Promise<void> = Promise.resolve();
  let isDue = false;
  let cancel = (): void => {};

  /** A limit that is unsure lets pass: what storage does not take or tell is forgotten. */
  const unsure = (error: unknown): void => {
    if (!(error instanceof StorageUnavailable)) throw error;
  };

  const store = async (): Promise<void> => {
    const counted = [
      ...limits.unstored.take().map((row) => ({ ...row, key: keyOf(row.key) })),
      ...limits.days.unstored.take().map((row) => ({ ...row, key: dayKeyOf(row.key) })),
    ];
    try {
      if (counted.length > 0) await sums?.add(counted);
    } catch (error) {
      unsure(error);
    }
  };

  const takeOverWriters = async (
    sums: Pick<Sums, "lately">,
    texts: readonly LimitedText[],
  ): Promise<void> => {
    const unknown = new Map(
      texts.filter(({ route }) => !limits.knows(route)).map((text) => [limits.writerOf(text.route), text]),
    );
    if (unknown.size === 0) return;
    const at = clock.now();
    const told = await sums.lately([...unknown.keys()].map(keyOf), at - HOUR_MS, at);
    [...unknown.values()].forEach(({ route, limits: rule }, i) => {
      limits.learn(route, rule, told[i]!, at);
    });
  };

  const takeOverPeople = async (sums: Pick<Sums, "lately">, texts: readonly LimitedText[]): Promise<void> => {
    const { days } = limits;
    const unknown = new Map<string, number>();
    for (const { route, serviceId, limits: rule } of texts) {
      const person = personOf(route, serviceId);
      if (rule.perDay != null && !days.knows(person)) unknown.set(person, rule.perDay);
    }
    if (unknown.size === 0) return;
    const at = clock.now();
    const told = await sums.lately([...unknown.keys()].map(dayKeyOf), at - DAY_MS, at);
    [...unknown].forEach(([person, perDay], i) => {
      days.learn(person, perDay, told[i]!, at);
    });
  };

  return {
    takeOver: async (texts) => {
      if (sums === null) return;
      try {
        await Promise.all([takeOverWriters(sums, texts), takeOverPeople(sums, texts)]);
      } catch (error) {
        unsure(error);
      }
    },
    look: () => {
      if (sums === null || isDue || (!limits.unstored.hasAny() && !limits.days.unstored.hasAny())) return;
      isDue = true;
      cancel = timer.after(MINUTE_MS, () => {
        isDue = false;
        storing = store();
      });
    },
    settled: async () => {
      cancel();
      isDue = false;
      await storing;
      await store();
    },
  };
};

const keyOf = (writer: string): string => `texts ${writer}`;
const dayKeyOf = (person: string): string => `texts of a day ${person}`;

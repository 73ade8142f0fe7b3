import { memoryStorage } from "#adapters/memory/storage.ts";
import type { MemoryTables } from "#adapters/memory/tables.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import { QUICK_MS } from "#test/simulation/shape.ts";

/** How a process reaches the store just now. */
export interface StoreRoad {
  /** Neither questions nor answers pass until then. */
  awayUntil(): number;
  /** How likely a call fails, half of the time before and half of the time after the commit. */
  lossProbability(): number;
  /** How long a call may take. */
  delayMaxMs(): number;
}

export interface UnreliableStoreParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: MemoryTables;
  readonly road: StoreRoad;
  alive(): boolean;
  /** Waits as a process waits for its network. */
  pause(ms: number): Promise<void>;
  /** Sees every call at the instant of its commit. */
  observe(call: string, args: readonly unknown[], answer: unknown): void;
}

/** The memory storage over a network: slow, and it may fail before or after the commit. The dead hear nothing. */
export const unreliableStore = (parts: UnreliableStoreParts): Storage => {
  const { scheduler, random, road, alive, pause, observe } = parts;
  const store = memoryStorage({
    clock: { now: () => SETTINGS.epoch + scheduler.now() },
    tables: parts.stored,
  });

  /** Most calls are quick: they take no time that anything else could happen in. */
  const travel = async (): Promise<void> => {
    const most = road.delayMaxMs();
    const isSlow = most > QUICK_MS;
    if (isSlow || random.chance(0.35)) {
      const isStuck = isSlow && random.chance(0.15);
      await pause(random.int(1, isStuck ? STUCK * most : most));
    }
    if (!alive()) await new Promise(() => {});
  };

  const call = async (label: string, run: (...args: unknown[]) => unknown, args: unknown[]) => {
    await travel();
    const loss = road.lossProbability();
    if (scheduler.now() < road.awayUntil() || random.chance(loss / 2)) throw UNREACHABLE;
    const answer = await run(...args);
    observe(label, args, answer);
    await travel();
    if (scheduler.now() < road.awayUntil() || random.chance(loss / 2)) throw UNHEARD;
    return answer;
  };

  const overNetwork = <T extends object>(prefix: string, part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([key, run]) => [
        key,
        key.startsWith("on")
          ? (listener: () => void) => run(() => void pause(1).then(listener))
          : (...args: unknown[]) => call(`${prefix}.${key}`, run, args),
      ]),
    ) as T;

  return Object.fromEntries(
    Object.entries(store).map(([name, part]) => [
      name,
      typeof part === "function" ? part : overNetwork(name, part),
    ]),
  ) as unknown as Storage; // The same names with the same types: fromEntries cannot tell.
};

/** Now and then a call of a slow store takes so many times longer: longer than a lease. */
const STUCK = 5;

/** Made once: most of their cost is the trace of where they were made. */
const UNREACHABLE = new StorageUnavailable("Cannot reach the store");
const UNHEARD = new StorageUnavailable("Cannot hear the store");

import { memoryStorage } from "#adapters/memory/storage.ts";
import type { World as Stored } from "#adapters/memory/world.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { type Relay, startRelay } from "#core/use-cases/relay.ts";
import { HOUSE } from "./house.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** One process over the shared store. Killed, it stops in the middle of whatever it awaits and is never heard of again. */
export interface SimulatedProcess {
  readonly name: string;
  readonly kind: DispatcherKind;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly storage: Storage;
  /** Null until it has started. */
  relay(): Relay | null;
  alive(): boolean;
  kill(): void;
  /** Stops as on SIGTERM. */
  stop(): Promise<void>;
  jumpClock(ms: number): void;
  /** Its connection to the store is lost for a while. */
  loseStorage(ms: number): void;
}

export interface ProcessSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: Stored;
  /** The whole store is away until then. */
  storeAwayUntil(): number;
  /** How likely a call to the store loses its answer, before or after the commit. */
  lossProbability(): number;
  links(process: Pick<SimulatedProcess, "name" | "alive">, timer: Timer): readonly CarrierLink[];
  observe(process: string, call: string, args: readonly unknown[], answer: unknown): void;
  fault(process: string, error: unknown): void;
}

export const startProcess = (
  name: string,
  kind: DispatcherKind,
  surroundings: ProcessSurroundings,
): SimulatedProcess => {
  const { scheduler, random, stored } = surroundings;
  let alive = true;
  let skew = 0;
  let lostUntil = 0;
  let relay: Relay | null = null;
  const clock: Clock = { now: () => HOUSE.epoch + scheduler.now() + skew };
  const storeClock: Clock = { now: () => HOUSE.epoch + scheduler.now() };
  const timer: Timer = { after: (ms, run) => scheduler.after(ms, () => alive && run()) };
  const ids = replayableIds(clock, random);
  const store = memoryStorage({ clock: storeClock, world: stored });

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      scheduler.after(ms, () => alive && resolve());
    });

  const call = async (
    label: string,
    run: (...args: unknown[]) => Promise<unknown>,
    args: unknown[],
  ): Promise<unknown> => {
    if (!alive) return new Promise(() => {});
    await pause(random.int(0, 4));
    const away = scheduler.now() < Math.max(lostUntil, surroundings.storeAwayUntil());
    const loss = surroundings.lossProbability();
    if (away || random.chance(loss / 2)) throw new StorageUnavailable("Cannot reach the store");
    const answer = await run(...args);
    surroundings.observe(name, label, args, answer);
    await pause(random.int(0, 4));
    if (random.chance(loss / 2) || scheduler.now() < lostUntil)
      throw new StorageUnavailable("Cannot hear the store");
    return answer;
  };

  const faulty = <T extends object>(prefix: string, part: T): T =>
    new Proxy(part, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function" || typeof key !== "string") return value;
        if (key === "onWork")
          return (listener: () => void) => value.call(target, () => void pause(1).then(listener));
        const run = (...args: unknown[]): Promise<unknown> => value.apply(target, args);
        return (...args: unknown[]) => call(`${prefix}.${key}`, run, args);
      },
    });

  const storage: Storage = {
    conversations: faulty("conversations", store.conversations),
    numbers: faulty("numbers", store.numbers),
    traffic: faulty("traffic", store.traffic),
    dispatch: faulty("dispatch", store.dispatch),
    reconciliation: faulty("reconciliation", store.reconciliation),
    optOuts: faulty("optOuts", store.optOuts),
    idempotency: faulty("idempotency", store.idempotency),
    ping: store.ping,
  };

  const self: SimulatedProcess = {
    name,
    kind,
    clock,
    ids,
    storage,
    relay: () => relay,
    alive: () => alive,
    kill: () => {
      alive = false;
    },
    stop: async () => {
      const stopping = relay;
      relay = null;
      await stopping?.stop();
      alive = false;
    },
    jumpClock: (ms) => {
      skew = Math.max(-HOUSE.skewMaxMs, Math.min(HOUSE.skewMaxMs, skew + ms));
    },
    loseStorage: (ms) => {
      lostUntil = scheduler.now() + ms;
    },
  };

  const start = async (): Promise<void> => {
    for (;;) {
      try {
        relay = await startRelay(
          {
            storage,
            links: surroundings.links(self, timer),
            clock,
            timer,
            ids,
            chance: { next: () => random.next() },
          },
          {
            kind,
            accountRates: { smpp: HOUSE.smppRate, http: HOUSE.httpRate },
            numberRate: () => null,
            messageTtlMs: HOUSE.messageTtlMs,
            fallbackAfterMs: HOUSE.fallbackAfterMs,
            quarantineMs: HOUSE.quarantineMs,
            textRetentionMs: null,
            leaseMs: HOUSE.leaseMs,
            heartbeatMs: HOUSE.heartbeatMs,
            sweepMs: HOUSE.sweepMs,
            partsTimeoutMs: HOUSE.partsTimeoutMs,
            receiptGraceMs: HOUSE.receiptGraceMs,
            pruneEvery: 5,
          },
        );
        return;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        await pause(1_000);
      }
    }
  };
  start().catch((error: unknown) => surroundings.fault(name, error));
  return self;
};

/** The real generator of ids, with the chance of the seed instead of the machine's. */
const replayableIds = (clock: Clock, random: Random): Ids =>
  uuidV7Ids(clock, (bytes) => Uint8Array.from({ length: bytes }, () => random.int(0, 255)));

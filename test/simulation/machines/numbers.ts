import { recordedJournal } from "#adapters/memory/journal.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { drainNumber } from "#core/use-cases/drain-number.ts";
import { watchPools } from "#core/use-cases/watch-pools.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { SimulatedProcess } from "./process.ts";

export interface NumbersSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly services: readonly string[];
  processes(): readonly SimulatedProcess[];
  say(line: string): void;
  fail(error: unknown): void;
}

/** In what share of all worlds numbers come and go, and pools are looked at. */
const SHARE = 0.3;
const PAUSE_MAX_MS = 4_000;
/** They are reserved: nobody is given one, so that all else goes as without them. */
const SPARE: readonly Msisdn[] = ["447911900098" as Msisdn, "447911900099" as Msisdn];

/** Takes numbers in, drains and gives them back, and counts the pools, now and then until `endsAt`, by chance of its own. */
export const letNumbersChange = (
  { scheduler, random, services, processes, say, fail }: NumbersSurroundings,
  endsAt: number,
): void => {
  if (!random.chance(SHARE)) return;
  const watches = new WeakMap<SimulatedProcess, () => Promise<void>>();

  const watchOf = (process: SimulatedProcess): (() => Promise<void>) => {
    const { storage, clock } = process;
    const showPool = async () => {
      const at = clock.now();
      return { at, pools: await storage.numbers.pools(at) };
    };
    const watch =
      watches.get(process) ?? watchPools({ showPool, events: storage.events, journal: recordedJournal() });
    watches.set(process, watch);
    return watch;
  };

  const act = async (process: SimulatedProcess): Promise<void> => {
    const { numbers } = process.storage;
    const number = random.pick(SPARE);
    const kind = random.pick(["add", "add", "drain", "remove", "count", "count"]);
    say(`${process.name} is told to ${kind} ${kind === "count" ? "the pools" : number}`);
    if (kind === "count") await watchOf(process)();
    else if (kind === "drain") await drainNumber({ numbers })(number);
    else if (kind === "remove") await numbers.remove(number, process.clock.now());
    else
      await numbers.add({
        ...{ number, serviceId: services[SPARE.indexOf(number) % services.length]!, country: "GB" },
        ...{ features: ["SMS"], state: "reserved", at: SETTINGS.epoch + scheduler.now() },
      });
  };

  const next = (): void => {
    const serving = processes().filter((each) => each.alive() && each.relay());
    if (serving.length > 0)
      act(random.pick(serving)).catch((error: unknown) => {
        if (!(error instanceof StorageUnavailable)) fail(error);
      });
    if (scheduler.now() < endsAt) scheduler.after(random.int(100, PAUSE_MAX_MS), next);
  };
  scheduler.after(random.int(100, PAUSE_MAX_MS), next);
};

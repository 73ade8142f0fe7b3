import { rememberTables } from "#adapters/memory/forgetting.ts";
import { settleRestored } from "#adapters/memory/restored.ts";
import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { Machines } from "./machines.ts";

export interface RestoreSurroundings {
  readonly scheduler: Scheduler;
  readonly stored: MemoryTables;
  readonly machines: Machines;
  /** The store is as it will be restored, if it is. */
  backedUp(): void;
  /** It has been brought back, and settled. */
  broughtBack(): void;
  say(line: string): void;
}

/** When a backup is taken, all processes end, and the backup is restored: milliseconds from the beginning. */
export interface Restore {
  readonly from: number;
  readonly endsAt: number;
  readonly startsAt: number;
}

/** In what share of all worlds a database is restored. */
const SHARE = 0.12;
const LOST_MAX_MS = 20_000;
const DOWN_MAX_MS = 12_000;

/** By chance of its own, so that all else goes as without it; null: mostly. */
export const drawRestore = (random: Random, until: number): Restore | null => {
  if (!random.chance(SHARE)) return null;
  const from = random.int(0, until);
  const endsAt = from + (random.chance(0.2) ? 0 : random.int(1, LOST_MAX_MS));
  return { from, endsAt, startsAt: endsAt + random.int(1, DOWN_MAX_MS) };
};

/** As a plant does it: all processes are stopped, the database goes back, `migrate --restored`, all processes start. */
export const letRestore = (
  { from, endsAt, startsAt }: Restore,
  { scheduler, stored, machines, say, ...judge }: RestoreSurroundings,
): void => {
  let bringBack = (): void => {};
  scheduler.after(from, () => {
    bringBack = rememberTables(stored);
    judge.backedUp();
    say("a backup is taken");
  });
  scheduler.after(endsAt, () => {
    machines.shutDown();
    say("the database is lost, and all processes are ended");
  });
  scheduler.after(startsAt, () => {
    bringBack();
    const { messages } = settleRestored(stored, SETTINGS.epoch + scheduler.now());
    judge.broughtBack();
    say(`the backup is restored: ${messages} messages may be sent again`);
    machines.startAll();
  });
};

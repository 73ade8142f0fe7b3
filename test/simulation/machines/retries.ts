import type { MemoryTables } from "#adapters/memory/tables.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { type RetryMessagePorts, retryMessage } from "#core/use-cases/retry-message.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { SimulatedProcess } from "./process.ts";

export interface RetriesSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: MemoryTables;
  readonly rulesOf: (process: SimulatedProcess) => RetryMessagePorts["rulesOf"];
  processes(): readonly SimulatedProcess[];
  say(line: string): void;
  fail(error: unknown): void;
}

/** In what share of all worlds somebody has failed texts sent once more. */
const SHARE = 0.3;
const PAUSE_MAX_MS = 6_000;
/** How often it is asked for twice, or by two at the same time. */
const TWICE = 0.4;

/** Picks what has ended without arriving now and then until `endsAt`, also what ended otherwise, by chance of its own. */
export const letRetry = (
  { scheduler, random, stored, rulesOf, processes, say, fail }: RetriesSurroundings,
  endsAt: number,
): void => {
  if (!random.chance(SHARE)) return;

  const ask = (messageId: string): void => {
    const serving = processes().filter((each) => each.alive() && each.relay());
    if (serving.length === 0) return;
    const process = random.pick(serving);
    const { storage, clock, ids } = process;
    const run = retryMessage({ conversations: storage.conversations, clock, rulesOf: rulesOf(process) });
    run(messageId, ids).then(
      ({ kind }) => say(`${messageId.slice(0, 18)} is to be sent once more: ${kind}`),
      (error: unknown) => {
        if (!(error instanceof StorageUnavailable)) fail(error);
      },
    );
  };

  const next = (): void => {
    const ended = [...stored.messages.values()].filter(({ outcome }) => outcome !== null);
    const failed = ended.filter(({ outcome }) => outcome?.state === "failed" || outcome?.state === "expired");
    const from = failed.length > 0 && random.chance(0.9) ? failed : ended;
    if (from.length > 0) {
      const { id } = random.pick(from);
      ask(id);
      if (random.chance(TWICE)) scheduler.after(random.int(0, 30), () => ask(id));
    }
    if (scheduler.now() < endsAt) scheduler.after(random.int(200, PAUSE_MAX_MS), next);
  };
  scheduler.after(random.int(200, PAUSE_MAX_MS), next);
};

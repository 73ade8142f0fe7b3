import { fail, ok, type Result } from "#core/result.ts";
import type { Log } from "./log.ts";
import { describeStartError } from "./start-error.ts";

/** Ends a part: it may finish what it has begun until `deadline` is aborted, and then must let go. */
export type Stop = (deadline: AbortSignal) => Promise<void> | void;

/** Something that a process consists of: a database, a listener, a loop. */
export interface Part {
  readonly name: string;
  /** Answers with how to stop it, or with one line that says why it cannot start. */
  start(): Promise<Result<Stop, string>> | Result<Stop, string>;
}

export interface RunningParts {
  /** Stops all in reverse order. What goes wrong with one is logged and does not keep the others from stopping. */
  stop(deadline: AbortSignal): Promise<"clean" | "failed" | "late">;
}

interface RunningPart {
  readonly name: string;
  readonly stop: Stop;
}

const startOne = async ({ name, start }: Part, log: Log): Promise<Result<Stop, string>> => {
  try {
    return await start();
  } catch (error) {
    log.debug({ err: error, part: name }, "A part did not start");
    return fail(describeStartError(name, error));
  }
};

const aborted = (signal: AbortSignal): Promise<"late"> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("late");
    else signal.addEventListener("abort", () => resolve("late"), { once: true });
  });

const stopOne = async (
  { name, stop }: RunningPart,
  deadline: AbortSignal,
  log: Log,
): Promise<"clean" | "failed"> => {
  try {
    await stop(deadline);
    return "clean";
  } catch (error) {
    log.error({ err: error, part: name }, "A part did not stop cleanly");
    return "failed";
  }
};

const stopAll = async (
  running: readonly RunningPart[],
  deadline: AbortSignal,
  log: Log,
): Promise<"clean" | "failed" | "late"> => {
  const late = aborted(deadline);
  let outcome: "clean" | "failed" | "late" = "clean";
  for (const part of running.toReversed()) {
    // A part before which the time ran out is still told to stop, but no longer waited for.
    const result = await Promise.race([stopOne(part, deadline, log), late]);
    if (result === "late" && outcome !== "late") log.error({ part: part.name }, "The time to finish is over");
    if (outcome !== "late" && result !== "clean") outcome = result;
  }
  return outcome;
};

/**
 * Starts the parts in order. When one cannot start, or `interrupt` is aborted on the way, those already running are
 * stopped again; the failure then is one line for a person.
 */
export const startParts = async (
  parts: readonly Part[],
  { log, interrupt, stopMs }: { readonly log: Log; readonly interrupt: AbortSignal; readonly stopMs: number },
): Promise<Result<RunningParts, string>> => {
  const running: RunningPart[] = [];
  const giveUp = async (why: string): Promise<Result<never, string>> => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), stopMs);
    await stopAll(running, deadline.signal, log);
    clearTimeout(timer);
    return fail(why);
  };
  for (const part of parts) {
    const started = await startOne(part, log);
    if (!started.ok) return giveUp(started.error);
    running.push({ name: part.name, stop: started.value });
    if (interrupt.aborted) return giveUp("Stopped before everything had started");
  }
  return ok({ stop: (deadline) => stopAll(running, deadline, log) });
};

import type { Journal } from "#core/ports/journal.ts";
import { fail, ok, type Result } from "#core/result.ts";
import { describeStartError } from "./start-error.ts";

/** Ends a component: it may finish what it has begun until `deadline` is aborted, and then must let go. */
export type Stop = (deadline: AbortSignal) => Promise<void> | void;

/** Something that a process consists of: a database, a listener, a loop. */
export interface Component {
  readonly name: string;
  /** The settings of the ports that it listens on, so that a taken one can be named. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Answers with how to stop it, or with one line that says why it cannot start. */
  start(): Promise<Result<Stop, string>> | Result<Stop, string>;
}

export interface RunningComponents {
  /** Stops all in reverse order. What goes wrong with one is told and does not keep the others from stopping. */
  stop(deadline: AbortSignal): Promise<"clean" | "failed" | "late">;
}

export interface StartOptions {
  readonly journal: ComponentsJournal;
  readonly interrupt: AbortSignal;
  /** How long stopping what has started may take when the rest cannot start, in milliseconds. */
  readonly stopMs: number;
  /** Called before each component starts. */
  readonly starting?: (name: string) => void;
}

type ComponentsJournal = Pick<Journal, "componentFailed" | "componentLate">;

interface RunningComponent {
  readonly name: string;
  readonly stop: Stop;
}

const startOne = async (
  { name, ports, start }: Component,
  journal: ComponentsJournal,
): Promise<Result<Stop, string>> => {
  try {
    return await start();
  } catch (error) {
    journal.componentFailed({ component: name, during: "start", error });
    return fail(describeStartError(name, error, ports));
  }
};

const aborted = (signal: AbortSignal): Promise<"late"> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("late");
    else signal.addEventListener("abort", () => resolve("late"), { once: true });
  });

const stopOne = async (
  { name, stop }: RunningComponent,
  deadline: AbortSignal,
  journal: ComponentsJournal,
): Promise<"clean" | "failed"> => {
  try {
    await stop(deadline);
    return "clean";
  } catch (error) {
    journal.componentFailed({ component: name, during: "stop", error });
    return "failed";
  }
};

const stopAll = async (
  running: readonly RunningComponent[],
  deadline: AbortSignal,
  journal: ComponentsJournal,
): Promise<"clean" | "failed" | "late"> => {
  const late = aborted(deadline);
  let outcome: "clean" | "failed" | "late" = "clean";
  for (const component of running.toReversed()) {
    // A component before which the time ran out is still told to stop, but no longer waited for.
    const result = await Promise.race([stopOne(component, deadline, journal), late]);
    if (result === "late" && outcome !== "late") journal.componentLate({ component: component.name });
    if (outcome !== "late" && result !== "clean") outcome = result;
  }
  return outcome;
};

/**
 * Starts the components in order. When one cannot start, or `interrupt` is aborted on the way, those already running are
 * stopped again; the failure then is one line for a person.
 */
export const startComponents = async (
  components: readonly Component[],
  { journal, interrupt, stopMs, starting = () => {} }: StartOptions,
): Promise<Result<RunningComponents, string>> => {
  const running: RunningComponent[] = [];
  const giveUp = async (why: string): Promise<Result<never, string>> => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), stopMs);
    await stopAll(running, deadline.signal, journal);
    clearTimeout(timer);
    return fail(why);
  };
  for (const component of components) {
    starting(component.name);
    const started = await startOne(component, journal);
    if (!started.ok) return giveUp(started.error);
    running.push({ name: component.name, stop: started.value });
    if (interrupt.aborted) return giveUp("Stopped before everything had started");
  }
  return ok({ stop: (deadline) => stopAll(running, deadline, journal) });
};

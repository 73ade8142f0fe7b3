import { type Component, startComponents } from "./components.ts";
import type { ProcessJournal } from "./journal.ts";

export interface LifecycleOptions {
  readonly journal: ProcessJournal;
  /** How long the components together may take to finish their work. */
  readonly drainTimeoutMs: number;
  /** Where the log goes when it is not what the terminal shows. */
  readonly logFile?: string;
  /** Called before each component starts. */
  readonly starting?: (name: string) => void;
  /** Called once when all components run. */
  readonly ready?: () => void;
}

/** One Ctrl-C under npm arrives twice: from the terminal, and handed on by npm. */
const SAME_SIGNAL_MS = 500;

/** After everything has stopped, what is still open is closing. Longer than this it is a leak. */
const EMPTY_LOOP_MS = 3_000;

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

type Ending = { readonly kind: "signal"; readonly name: string } | { readonly kind: "bug" };

/** The first reason to end: a signal or a bug that nothing caught. A later second signal ends the process at once. */
const watchForEnd = (journal: ProcessJournal) => {
  const interrupt = new AbortController();
  const { promise: ending, resolve } = Promise.withResolvers<Ending>();
  let firstAt: number | undefined;
  const end = (reason: Ending) => {
    resolve(reason);
    interrupt.abort();
  };
  const onSignal = (name: keyof typeof SIGNALS) => {
    const now = performance.now();
    firstAt ??= now;
    if (now - firstAt > SAME_SIGNAL_MS) process.exit(SIGNALS[name]);
    end({ kind: "signal", name });
  };
  const onBug = (error: unknown) => {
    journal.bugFound({ where: "nothing caught it", error });
    process.exitCode = 1;
    end({ kind: "bug" });
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, onSignal);
  process.on("uncaughtException", onBug);
  process.on("unhandledRejection", onBug);
  return { ending, interrupt: interrupt.signal };
};

const emptyTheLoop = (journal: ProcessJournal): void => {
  journal.flush();
  const guard = setTimeout(() => {
    journal.leftOpen({ open: process.getActiveResourcesInfo() });
    process.exit();
  }, EMPTY_LOOP_MS);
  guard.unref();
};

/**
 * The life of a process: starts its components in order, waits for SIGINT, SIGTERM or a bug, and stops them in reverse. The
 * process then ends by itself, as nothing is left to do: with code 0 after a signal, 1 after a failed start, a bug, or work
 * that was not finished in time. A failed start is one line on standard error; so is, for any other failure, where the log is.
 */
export const runProcess = async (
  components: readonly Component[],
  { journal, drainTimeoutMs, logFile, starting, ready }: LifecycleOptions,
): Promise<void> => {
  const { ending, interrupt } = watchForEnd(journal);
  let isTold = logFile === undefined;
  process.once("exit", (code) => {
    if (code === 1 && !isTold) process.stderr.write(`It did not end cleanly; more is in ${logFile}\n`);
  });
  const started = await startComponents(components, {
    journal,
    interrupt,
    stopMs: drainTimeoutMs,
    ...(starting && { starting }),
  });
  if (!started.ok) {
    if (!interrupt.aborted) {
      process.exitCode = 1;
      isTold = true;
      process.stderr.write(`${started.error}\n`);
    }
    emptyTheLoop(journal);
    return;
  }
  ready?.();
  // A process whose components hold nothing open still waits for its end.
  const waiting = setInterval(() => {}, 2 ** 30);
  const reason = await ending;
  clearInterval(waiting);
  journal.stopping({ reason: reason.kind === "signal" ? reason.name : reason.kind });
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), drainTimeoutMs);
  const outcome = await started.value.stop(deadline.signal);
  clearTimeout(timer);
  if (outcome !== "clean") process.exitCode = 1;
  if (outcome === "late") {
    journal.flush();
    process.exit();
  }
  journal.stopped({});
  emptyTheLoop(journal);
};

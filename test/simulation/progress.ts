/** Shows how far a long run has come: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  advance(runs: number): void;
  end(): void;
}

const BAR = 30;
const TERMINAL_MS = 100;
const PLAIN_MS = 10_000;

export const createProgress = (total: number, out: NodeJS.WriteStream = process.stdout): Progress => {
  const began = performance.now();
  const everyMs = out.isTTY ? TERMINAL_MS : PLAIN_MS;
  let done = 0;
  let shownAt = began;

  const line = (): string => {
    const rate = done / ((performance.now() - began) / 1_000);
    const bar = "#".repeat(Math.round((BAR * done) / total)).padEnd(BAR, ".");
    return `[${bar}] ${done} of ${total} runs, ${rate.toFixed(0)} a second`;
  };
  const show = (): void => {
    out.write(out.isTTY ? `\r${line()} ` : `${line()}\n`);
  };

  return {
    advance: (runs) => {
      done += runs;
      if (performance.now() - shownAt < everyMs) return;
      shownAt = performance.now();
      show();
    },
    end: () => {
      show();
      if (out.isTTY) out.write("\n");
    },
  };
};

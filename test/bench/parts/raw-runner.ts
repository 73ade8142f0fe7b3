import { startChild } from "./child.ts";
import type { Sample } from "./report.ts";

/** Runs the statement of the hot path by itself. */
export interface RawRunner {
  run(databaseUrl: string, size: number, milliseconds: number, postgres: number): Promise<Sample>;
}

const FIRST_GUESS = 20_000;

export const startRawRunner = (pairs: number): RawRunner => {
  const fastest = new Map<number, number>();
  return {
    run: async (databaseUrl, size, milliseconds, postgres) => {
      const child = startChild("test/bench/programs/raw-commits.ts", [databaseUrl, String(pairs)]);
      try {
        await child.heard("ready");
        const command = (ms: number) => ({
          run: {
            size,
            milliseconds: ms,
            expectedPerSecond: fastest.get(size) ?? FIRST_GUESS,
            cast: { postgres },
          },
        });
        child.tell(command(500));
        const warm = await child.heard<Sample>("ran");
        fastest.set(size, Math.max(fastest.get(size) ?? 0, warm.messages / warm.seconds));
        child.tell(command(milliseconds));
        const sample = await child.heard<Sample>("ran");
        fastest.set(size, Math.max(fastest.get(size) ?? 0, sample.messages / sample.seconds));
        return sample;
      } finally {
        await child.end();
      }
    },
  };
};

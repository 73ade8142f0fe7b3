import type { Log } from "./log.ts";

/** Warns that clocks differ; milliseconds, positive where the database's clock is ahead. Times are kept by the database's. */
export const warnOfClockSkew =
  (log: Pick<Log, "warn">) =>
  (skewMs: number): void =>
    log.warn({ skewMs: Math.round(skewMs) }, "The clocks of the database and of this process differ");

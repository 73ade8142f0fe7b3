import { adviceOn } from "#core/domain/failure-advice.ts";
import { createLimitedWarnings } from "./limited-log.ts";
import type { Log } from "./log.ts";

/** Warns of failures that all texts from a number have until somebody acts. `now`: milliseconds. */
export const warnOfFailures = (
  log: Pick<Log, "warn">,
  now: () => number,
): ((link: string, code: string) => void) => {
  const warn = createLimitedWarnings(log, now);
  return (link, code) => {
    const { isOfNumber, meaning, advice } = adviceOn(code);
    if (isOfNumber)
      warn(code, { link, code, advice }, `${meaning}; GET /v1/failures says which number it is`);
  };
};

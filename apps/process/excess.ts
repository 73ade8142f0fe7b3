import { PARKED_MAX, STRANGERS_MAX } from "#core/domain/retention.ts";
import type { ByExcess } from "#core/ports/reconciliation.ts";
import type { Log } from "./log.ts";

/** Warns that somebody sends us more than we keep of what nobody waits for. */
export const warnOfExcess =
  (log: Pick<Log, "warn">) =>
  ({ receipts, strangers }: ByExcess): void =>
    log.warn(
      { receipts, strangers, receiptsMax: PARKED_MAX, strangersMax: STRANGERS_MAX },
      "More receipts of unknown ids, or texts of strangers, came than are kept: the oldest are forgotten",
    );

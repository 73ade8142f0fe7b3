import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { DownReason } from "./output.ts";

/** All in milliseconds. */
export interface ReconnectTimes {
  readonly firstMs: number;
  readonly mostMs: number;
  /** A link that was up for so long starts again with the shortest wait. */
  readonly steadyMs: number;
  /** The peer still sees our last connection (0x05): it needs time to notice that it is gone. */
  readonly ghostMs: number;
  /** Wrong credentials: only a person can mend them. */
  readonly credentialsMs: number;
}

export const DEFAULT_RECONNECT: ReconnectTimes = {
  firstMs: 1_000,
  mostMs: 60_000,
  steadyMs: 60_000,
  ghostMs: 60_000,
  credentialsMs: 300_000,
};

export interface Reconnect {
  readonly delayMs: number;
  /** Failures in a row, this one included; pass it in next time. */
  readonly failures: number;
  /** Somebody should look at it: retrying alone will not help. */
  readonly alarm: boolean;
}

const badCredentials: readonly number[] = [
  STATUS.invalidPassword,
  STATUS.invalidSystemId,
  STATUS.invalidSystemType,
];

/**
 * How long to wait before the next connection. Exponential with full jitter, so that many links cut at once do not come back at
 * once, but never under a tenth of the first wait: `chance` (0 up to 1) may be 0.
 */
export const reconnectAfter = (
  reason: DownReason,
  boundForMs: number,
  failuresBefore: number,
  chance: number,
  times: ReconnectTimes = DEFAULT_RECONNECT,
): Reconnect => {
  const failures = boundForMs >= times.steadyMs ? 1 : failuresBefore + 1;
  if (reason.kind === "bind-refused") {
    // Later than the minimum by up to half of it: several links must not come back in step.
    const over = 1 + chance / 2;
    if (reason.status === STATUS.alreadyBound)
      return { delayMs: times.ghostMs * over, failures, alarm: false };
    if (badCredentials.includes(reason.status))
      return { delayMs: times.credentialsMs * over, failures, alarm: true };
  }
  const ceiling = Math.min(times.mostMs, times.firstMs * 2 ** Math.min(failures - 1, 30));
  // A bind that failed for no reason given may be the carrier's trouble of the moment: somebody should look, but it may mend itself.
  const alarm = reason.kind === "bind-refused" && reason.status === STATUS.bindFailed;
  return { delayMs: Math.max(times.firstMs / 10, ceiling * chance), failures, alarm };
};

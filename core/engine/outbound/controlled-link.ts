import type { CarrierLink, LinkHealth, LinkReason, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";

export interface LinkControls {
  readonly clock: Clock;
  /** Segments under way while nobody says otherwise; absent: as many as the link takes. */
  readonly window?: number;
  /** Waits for what is under way, lets the connection go and connects anew; must not reject. Absent: there is nothing to connect. */
  readonly restart?: () => Promise<void>;
}

const UNSENT: SendOutcome = { kind: "unsent" };
const RESTARTING: LinkReason = {
  code: "restarting",
  name: "restarting",
  detail: "It was told to restart: it waits for the answers that are due, and connects anew",
};

/**
 * A link that operators control. Paused, it sends nothing and keeps its connection, so that texts and receipts still come in, and what is
 * under way is answered.
 */
export const controlledLink = <L extends CarrierLink>(
  link: L,
  { clock, window, restart }: LinkControls,
): L & Required<Pick<CarrierLink, "control">> => {
  const windowMax = link.status().window;
  const windowDefault = Math.min(window ?? windowMax, windowMax);
  const listeners: (() => void)[] = [];
  let limit = windowDefault;
  let pausedBy: string | null = null;
  let pausedSince = 0;
  let restarting: Promise<void> | null = null;
  let restarts: number | null = null;

  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const isHeld = (): boolean => pausedBy !== null || restarting !== null;
  /** Of the link itself, less what its window is wider than ours. */
  const room = (): number => (isHeld() ? 0 : Math.max(0, link.room() - windowMax + limit));

  const begin = (): void => {
    restarting ??= (restart?.() ?? Promise.resolve()).finally(() => {
      restarting = null;
      notify();
    });
  };

  const health = (): LinkHealth => {
    if (pausedBy !== null)
      return { ...link.health(), state: "paused", reason: paused(pausedBy, link.health()) };
    if (restarting !== null) return { state: "connecting", reason: RESTARTING, nextAttemptAt: null };
    return link.health();
  };

  return {
    ...link,
    room,
    health,
    status: () => {
      const { state, inFlight, since } = link.status();
      if (pausedBy !== null) return { state: "down", inFlight, window: limit, since: pausedSince };
      return { state: restarting === null ? state : "connecting", inFlight, window: limit, since };
    },
    send: (message, attempt, done) => {
      if (isHeld()) done(UNSENT);
      else link.send(message, attempt, done);
    },
    onChange: (listener) => {
      listeners.push(listener);
      link.onChange(listener);
    },
    control: (setting) => {
      limit = Math.min(setting?.window ?? windowDefault, windowMax);
      const by = setting?.isPaused ? setting.changedBy : null;
      if (pausedBy === null && by !== null) pausedSince = clock.now();
      // breakage: send-though-paused
      pausedBy = by;
      const asked = setting?.restarts ?? 0;
      // What was asked for before this process came does not concern it.
      if (restarts !== null && asked > restarts) begin();
      restarts = asked;
      notify();
    },
  };
};

const paused = (by: string, { state, reason }: LinkHealth): LinkReason => ({
  code: "paused",
  name: "paused",
  detail:
    state === "up" || reason === null
      ? `Paused by ${by}: nothing is sent until it is resumed`
      : `Paused by ${by}: nothing is sent until it is resumed. Besides: ${reason.detail}`,
});

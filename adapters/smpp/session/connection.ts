import { randomUUID } from "node:crypto";
import type { Redeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { messageProblem } from "#adapters/smpp/protocol/message-problem.ts";
import { type BindType, type Credentials, type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { credentialsProblem } from "#adapters/smpp/protocol/rare-pdus.ts";
import type { Delivery } from "./acknowledgements.ts";
import { addCounts, type Counts, createCounts } from "./counts.ts";
import type { Endpoint } from "./endpoint.ts";
import type { DownReason, SessionEnd, SubmitOutcome } from "./output.ts";
import { DEFAULT_RECONNECT, type ReconnectTimes, reconnectAfter } from "./reconnect.ts";
import { DEFAULT_TIMES, type SessionTimes } from "./settings.ts";
import { openSocketLink, type SocketLink, type SubmitResult } from "./socket-link.ts";

export interface ConnectionSettings {
  readonly endpoint: Endpoint;
  readonly credentials: Credentials;
  readonly bindType: BindType;
  /** submit_sm in flight at most (10). */
  readonly windowMax?: number;
  /** deliver_sm that may wait for an answer (200). */
  readonly waitingMax?: number;
  readonly times?: Partial<SessionTimes>;
  readonly reconnect?: Partial<ReconnectTimes>;
  /** The sequence number before the first; for tests. */
  readonly lastSequence?: number;
}

/** What the connection tells. `C` is what the caller gave to `submit`. Handlers must not throw; if one does, `onFault` hears of it. */
export interface ConnectionHandlers<C> {
  /** A text or a receipt: answer it with `answer`, after it is safe. One that comes again has the key of the first time. */
  readonly onDeliver: (delivery: Delivery) => void;
  /** Once for every submit that was taken. */
  readonly onOutcome: (context: C, outcome: SubmitOutcome) => void;
  /** The answer to a submit whose outcome was unknown, come after all. */
  readonly onLateOutcome?: (context: C, outcome: SubmitOutcome) => void;
  readonly onUp?: () => void;
  readonly onDown?: (
    reason: DownReason,
    again: { readonly inMs: number; readonly alarm: boolean } | null,
    /** Keys of what the peer may bring again, on whatever link. */
    inDoubt: readonly string[],
  ) => void;
  readonly onMalformed?: (commandId: number, reason: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** The world outside: a clock that never goes back, in milliseconds, chance from 0 up to 1, and the way to the peer. */
export interface ConnectionWorld {
  readonly now: () => number;
  readonly chance: () => number;
  /** Runs something later; what it answers cancels that. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** A name for a session, unique among all sessions of all processes. */
  readonly newId: () => string;
  readonly open: typeof openSocketLink;
}

export interface ConnectionStatus {
  readonly state:
    | "idle"
    | "connecting"
    | "securing"
    | "binding"
    | "bound"
    | "draining"
    | "unbinding"
    | "ending"
    | "waiting";
  /** Since when it is bound, on the connection's clock; `null` if it is not. */
  readonly boundSince: number | null;
  readonly inFlight: number;
  readonly windowMax: number;
  /** deliver_sm that wait for our answer. */
  readonly waiting: number;
  readonly unconfirmed: number;
  /** How long ago the oldest delivery came that the peer may bring again; 0: there is none. In milliseconds. */
  readonly inDoubtForMs: number;
  readonly connections: number;
  /** Deliveries that had come before. */
  readonly repeated: number;
  readonly lastDown: DownReason | null;
  readonly counts: Counts;
}

export interface SmppConnection<C> {
  readonly windowMax: number;
  readonly start: () => void;
  /** Stops taking, waits up to `drainMs` for what is in flight, unbinds, ends. Resolves when the connection is gone. */
  readonly stop: (drainMs?: number) => Promise<void>;
  /** How many submits are taken now. */
  readonly room: () => number;
  /** Of the status, what is asked for before every message. */
  readonly state: () => ConnectionStatus["state"];
  readonly inFlight: () => number;
  /** Anything but `taken` means that nothing was sent and no outcome will come. */
  readonly submit: (message: ShortMessage, context: C) => SubmitResult | "invalid";
  /** `false`: the link it came on is gone, so the peer may send it again, and will be recognised. */
  readonly answer: (delivery: Delivery, status: number) => boolean;
  /** Whether the link that it came on is still there and waits for its answer. */
  readonly isWaiting: (delivery: Delivery) => boolean;
  readonly status: () => ConnectionStatus;
}

const DEFAULT_WINDOW = 10;
const DEFAULT_WAITING = 200;
const DEFAULT_DRAIN_MS = 10_000;

/** The machine's own timers and sockets. */
export const machine: ConnectionWorld = {
  now: () => performance.now(),
  chance: Math.random,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  newId: randomUUID,
  open: openSocketLink,
};

/** One bind to one SMSC, kept up: every loss leads to a new connection after a jittered wait, until it is stopped. */
export const createSmppConnection = <C>(
  settings: ConnectionSettings,
  handlers: ConnectionHandlers<C>,
  again: Redeliveries,
  world: ConnectionWorld = machine,
): SmppConnection<C> => {
  const problem = credentialsProblem(settings.credentials);
  if (problem !== null) throw new Error(`Cannot bind: ${problem}`);
  const times = { ...DEFAULT_TIMES, ...settings.times };
  const reconnect = { ...DEFAULT_RECONNECT, ...settings.reconnect };
  const windowMax = settings.windowMax ?? DEFAULT_WINDOW;
  let link: SocketLink<C> | null;
  let cancelWait: (() => void) | null;
  let stopped: (() => void)[] | null;
  let failures = 0;
  let connections = 0;
  let repeated = 0;
  let lastDown: DownReason | null;
  let pastCounts = createCounts();

  again.watch({
    session: () => link?.session.settings.id,
    inDoubt() {
      const deliveries = link?.session.deliveries;
      return deliveries === undefined ? [] : [...deliveries.unconfirmed(), ...deliveries.waiting()];
    },
  });

  const open = () => {
    cancelWait = null;
    connections += 1;
    link = world.open<C>(
      settings.endpoint,
      {
        id: world.newId(),
        credentials: settings.credentials,
        bindType: settings.bindType,
        tls: settings.endpoint.tls !== undefined,
        windowMax,
        waitingMax: settings.waitingMax ?? DEFAULT_WAITING,
        times,
        ...(settings.lastSequence === undefined ? {} : { lastSequence: settings.lastSequence }),
      },
      {
        now: world.now,
        deliver,
        answered: handlers.onOutcome,
        answeredLate: (context, outcome) => handlers.onLateOutcome?.(context, outcome),
        malformed: (commandId, reason) => handlers.onMalformed?.(commandId, reason),
        up: () => handlers.onUp?.(),
        down,
        onFault: handlers.onFault,
      },
    );
  };

  const deliver = (delivery: Delivery): void => {
    const earlier = again.earlierKey(delivery);
    if (earlier !== null) {
      delivery.key = earlier;
      delivery.isRepeated = true;
      repeated += 1;
    }
    handlers.onDeliver(delivery);
  };

  const down = ({ reason, boundForMs, unconfirmed, waiting }: SessionEnd): void => {
    // breakage: forget-unconfirmed
    const suspects = [...unconfirmed, ...waiting];
    for (const delivery of suspects) again.suspect(delivery);
    const inDoubt = suspects.flatMap(({ key }) => key ?? []);
    if (link !== null) pastCounts = addCounts(pastCounts, link.session.counts);
    link = null;
    lastDown = reason;
    if (stopped !== null) {
      for (const resolve of stopped) resolve();
      handlers.onDown?.(reason, null, inDoubt);
      return;
    }
    const next = reconnectAfter(reason, boundForMs, failures, world.chance(), reconnect);
    failures = next.failures;
    // breakage: never-reconnect
    cancelWait = world.after(next.delayMs, open);
    handlers.onDown?.(reason, { inMs: next.delayMs, alarm: next.alarm }, inDoubt);
  };

  const state = (): ConnectionStatus["state"] => {
    const phase = link?.session.phase.state ?? (cancelWait === null ? "idle" : "waiting");
    return phase === "closed" ? "waiting" : phase;
  };
  const inFlight = () => link?.session.window.size() ?? 0;

  return {
    windowMax,
    start() {
      if (link !== null || cancelWait !== null) return;
      stopped = null;
      open();
    },
    stop(drainMs = DEFAULT_DRAIN_MS) {
      cancelWait?.();
      cancelWait = null;
      stopped ??= [];
      if (link === null) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      stopped.push(resolve);
      link.stop(drainMs);
      return promise;
    },
    room: () => link?.room() ?? 0,
    state,
    inFlight,
    submit(message, context) {
      if (link === null) return "not-bound";
      if (messageProblem(message) !== null) return "invalid";
      return link.submit(message, context);
    },
    isWaiting: (delivery) => link?.session.deliveries.isWaiting(delivery) ?? false,
    answer(delivery, status) {
      const isAnswered = link?.answer(delivery, status) ?? false;
      if (isAnswered && status !== STATUS.ok) again.suspect(delivery);
      return isAnswered;
    },
    status() {
      const session = link?.session;
      return {
        state: state(),
        boundSince: session?.phase.state === "bound" ? session.phase.since : null,
        inFlight: inFlight(),
        windowMax,
        waiting: session?.deliveries.waitingCount() ?? 0,
        unconfirmed: session?.deliveries.unconfirmedCount() ?? 0,
        inDoubtForMs: Math.max(0, world.now() - (session?.deliveries.inDoubtSince() ?? world.now())),
        connections,
        repeated,
        lastDown,
        counts: session === undefined ? pastCounts : addCounts(pastCounts, session.counts),
      };
    },
  };
};

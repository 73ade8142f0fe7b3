import type { Redeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { messageProblem } from "#adapters/smpp/protocol/message-problem.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { credentialsProblem } from "#adapters/smpp/protocol/rare-pdus.ts";
import { statusCode } from "#adapters/smpp/protocol/status-names.ts";
import type { Delivery } from "./acknowledgements.ts";
import { addCounts, createCounts } from "./counts.ts";
import type { SocketLink } from "./link-hooks.ts";
import { machine } from "./machine.ts";
import type { DownReason, SessionEnd } from "./output.ts";
import { DEFAULT_RECONNECT, reconnectAfter } from "./reconnect.ts";
import { DEFAULT_TIMES } from "./settings.ts";
import type {
  ConnectionHandlers,
  ConnectionPorts,
  ConnectionSettings,
  ConnectionStatus,
  SmppConnection,
} from "./smpp-connection.ts";

const DEFAULT_WINDOW = 10;
const DEFAULT_WAITING = 200;
const DEFAULT_DRAIN_MS = 10_000;

/** One bind to one SMSC, kept up: every loss leads to a new connection after a jittered wait, until it is stopped. */
export const createSmppConnection = <C>(
  settings: ConnectionSettings,
  handlers: ConnectionHandlers<C>,
  redeliveries: Redeliveries,
  ports: ConnectionPorts = machine,
): SmppConnection<C> => {
  const problem = credentialsProblem(settings.credentials);
  if (problem !== null) throw new Error(`Cannot bind: ${problem}`);
  const times = { ...DEFAULT_TIMES, ...settings.times };
  const reconnect = { ...DEFAULT_RECONNECT, ...settings.reconnect };
  const windowMax = settings.windowMax ?? DEFAULT_WINDOW;
  let link: SocketLink<C> | null = null;
  let cancelWait: (() => void) | null = null;
  let stopped: (() => void)[] | null = null;
  let failures = 0;
  let connections = 0;
  let repeated = 0;
  let lastDown: DownReason | null = null;
  let nextAttemptAt = Number.NaN;
  const downs = new Map<string, number>();
  let pastCounts = createCounts();
  let pastCertificate: number | null = null;

  redeliveries.watch({
    session: () => link?.session.settings.id ?? null,
    unconfirmed() {
      const deliveries = link?.session.deliveries ?? null;
      return deliveries === null ? [] : [...deliveries.unconfirmed(), ...deliveries.waiting()];
    },
  });

  const open = () => {
    cancelWait = null;
    connections += 1;
    link = ports.open<C>(
      settings.endpoint,
      {
        profile: settings.profile,
        id: ports.newId(),
        credentials: settings.credentials,
        bindType: settings.bindType,
        tls: settings.endpoint.tls !== undefined,
        windowMax,
        waitingMax: settings.waitingMax ?? DEFAULT_WAITING,
        times,
        ...(settings.lastSequence === undefined ? {} : { lastSequence: settings.lastSequence }),
      },
      {
        now: ports.now,
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
    const earlier = redeliveries.earlierKey(delivery);
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
    for (const delivery of suspects) redeliveries.suspect(delivery);
    const keys = suspects.flatMap(({ key }) => key ?? []);
    if (link !== null) pastCounts = addCounts(pastCounts, link.session.counts);
    pastCertificate = certificateNow();
    link = null;
    lastDown = reason;
    const cause = "status" in reason ? statusCode(reason.status) : reason.kind;
    downs.set(cause, (downs.get(cause) ?? 0) + 1);
    if (stopped !== null) {
      for (const resolve of stopped) resolve();
      handlers.onDown?.(reason, null, keys);
      return;
    }
    const next = reconnectAfter(reason, boundForMs, failures, ports.chance(), reconnect);
    failures = next.failures;
    nextAttemptAt = ports.now() + next.delayMs;
    // breakage: never-reconnect
    cancelWait = ports.after(next.delayMs, open);
    handlers.onDown?.(reason, { inMs: next.delayMs, alarm: next.alarm }, keys);
  };

  const stateNow = (): ConnectionStatus["state"] => {
    const phase = link?.session.phase.state ?? (cancelWait === null ? "idle" : "waiting");
    return phase === "closed" ? "waiting" : phase;
  };
  const bindingForMs = (): number => {
    const phase = link?.session.phase;
    return phase?.state === "binding" ? ports.now() - (phase.deadline - times.bindMs) : 0;
  };
  /** Peers answer in any order, so what counts is since when nothing at all has been answered. */
  const unansweredForMs = (): number => {
    const session = link?.session ?? null;
    if (session === null || session.window.size() === 0) return 0;
    const oldest = session.unansweredSince ?? session.window.nextDeadline() - times.responseMs;
    return Math.max(0, ports.now() - Math.max(oldest, session.lastAnswerAt));
  };
  const certificateNow = () => link?.certificateExpiresAt() ?? pastCertificate;
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
    state: stateNow,
    inFlight,
    submit(message, context) {
      if (link === null) return "not-bound";
      if (messageProblem(message) !== null) return "invalid";
      return link.submit(message, context);
    },
    isWaiting: (delivery) => link?.session.deliveries.isWaiting(delivery) ?? false,
    answer(delivery, status) {
      const isAnswered = link?.answer(delivery, status) ?? false;
      if (isAnswered) handlers.onAnswered?.(ports.now() - delivery.receivedAt);
      if (isAnswered && status !== STATUS.ok) redeliveries.suspect(delivery);
      return isAnswered;
    },
    status() {
      const session = link?.session ?? null;
      return {
        state: stateNow(),
        boundSince: session?.phase.state === "bound" ? session.phase.since : null,
        inFlight: inFlight(),
        windowMax,
        bindingForMs: bindingForMs(),
        unansweredForMs: unansweredForMs(),
        nextAttemptInMs: cancelWait === null ? null : Math.max(0, nextAttemptAt - ports.now()),
        waiting: session?.deliveries.waitingCount() ?? 0,
        unconfirmed: session?.deliveries.unconfirmedCount() ?? 0,
        unconfirmedForMs: Math.max(0, ports.now() - (session?.deliveries.unconfirmedSince() ?? ports.now())),
        connections,
        certificateExpiresAt: certificateNow(),
        downs,
        repeated,
        lastDown,
        counts: session === null ? pastCounts : addCounts(pastCounts, session.counts),
      };
    },
  };
};

import type { SmppProfile } from "#adapters/smpp/profile.ts";
import { statusCode } from "#adapters/smpp/protocol/status-names.ts";
import { createSmppConnection } from "#adapters/smpp/session/connection.ts";
import { machine } from "#adapters/smpp/session/machine.ts";
import type { DownReason } from "#adapters/smpp/session/output.ts";
import type {
  ConnectionPorts,
  ConnectionSettings,
  ConnectionStatus,
  SmppConnection,
} from "#adapters/smpp/session/smpp-connection.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { CarrierLink, LinkStatus } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { storedId } from "./carrier-ids.ts";
import { createDeliverSmHandler, type IgnoredReason } from "./deliver-sm-handler.ts";
import type { InboundSink } from "./inbound-sink.ts";
import { healthOf } from "./link-health.ts";
import type { Redeliveries } from "./redelivery.ts";
import { partAnswered, sendPart } from "./send-parts.ts";
import { NO_IDS, type Sending, UNSENT } from "./sending.ts";
import { validUntil } from "./submit-sm.ts";

export interface SmppLinkOptions {
  readonly name: string;
  readonly profile: SmppProfile;
  readonly connection: Omit<ConnectionSettings, "profile">;
  readonly sink: InboundSink;
  /** One for all binds of an account: what was cut off on one may come again on another. */
  readonly redeliveries: Redeliveries;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onUp?: () => void;
  readonly onDown?: (
    reason: DownReason,
    again: { readonly inMs: number; readonly alarm: boolean } | null,
  ) => void;
  /** What was accepted under these keys may come again, on another link or to another process. */
  readonly onUnconfirmed?: (keys: readonly UnconfirmedKey[]) => void;
  /** A delivery was acknowledged and goes no further. */
  readonly onIgnored?: (reason: IgnoredReason) => void;
  /** A part whose outcome was called unknown has been accepted after all. */
  readonly onLateId?: (late: LateId) => void;
  readonly onMalformed?: (commandId: number, reason: string) => void;
  /** How long an answer took, in milliseconds: the carrier's to a message, and ours to a delivery. */
  readonly onSubmitAnswer?: (ms: number) => void;
  readonly onDeliverAnswer?: (ms: number) => void;
  /** A bug, caught before it could harm the link. */
  readonly onFault: (error: unknown) => void;
  /** Absent: the machine's own timers and sockets. */
  readonly ports?: ConnectionPorts;
}

export interface LateId {
  readonly message: OutboundMessage;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  readonly carrierId: string;
}

export interface SmppLink extends CarrierLink {
  start(): void;
  /** Answers what is in flight for up to `drainMs`, unbinds, and resolves when the connection is gone. */
  stop(drainMs?: number): Promise<void>;
  /** Ends the connection as `stop` does, and connects again at once; not after `stop`. */
  restart(drainMs?: number): Promise<void>;
  details(): ConnectionStatus;
  /** Refused messages by status, such as `0x0a`. */
  refusals(): Iterable<readonly [status: string, count: number]>;
  ignored(): ReadonlyMap<IgnoredReason, number>;
}

/**
 * Sends over one bind, and accepts what comes over it. The parts of a message follow one another: each waits for the answer to the one
 * before, so that what was accepted is always the beginning of the text.
 */
export const createSmppLink = (options: SmppLinkOptions): SmppLink => {
  const { name, profile, clock, ports = machine } = options;
  const listeners = new Set<() => void>();
  let since = clock.now();
  let isStopped = false;
  let isNotifying = false;
  const ignored = new Map<IgnoredReason, number>();

  /** Once for all that happens in one go: a full chunk of answers opens the window once. */
  const notify = () => {
    if (isNotifying) return;
    isNotifying = true;
    queueMicrotask(() => {
      isNotifying = false;
      for (const listener of listeners) listener();
    });
  };
  const deliveries = createDeliverSmHandler({
    ...options,
    now: ports.now,
    after: ports.after,
    answer: (delivery, status) => connection.answer(delivery, status),
    isWaiting: (delivery) => connection.isWaiting(delivery),
    onUnconfirmed: (key) => options.onUnconfirmed?.([key]),
    onIgnored(reason) {
      ignored.set(reason, (ignored.get(reason) ?? 0) + 1);
      options.onIgnored?.(reason);
    },
  });

  const connection: SmppConnection<Sending> = createSmppConnection<Sending>(
    { ...options.connection, profile },
    {
      onDeliver: deliveries.handle,
      onOutcome(sending, outcome, ms) {
        if (ms !== null) options.onSubmitAnswer?.(ms);
        try {
          partAnswered(connection, profile, sending, outcome);
        } catch (error) {
          // A bug above us: its text would stay under way for ever. Let the process end, and others take over.
          queueMicrotask(() => {
            throw error;
          });
        }
        notify();
      },
      ...(options.onDeliverAnswer === undefined ? {} : { onAnswered: options.onDeliverAnswer }),
      onLateOutcome({ message, part, segments }, outcome) {
        if (outcome.kind !== "accepted" || outcome.messageId === "") return;
        const carrierId = storedId(outcome.messageId);
        options.onLateId?.({ message, part, parts: segments.length, carrierId });
      },
      onUp() {
        since = clock.now();
        options.onUp?.();
        notify();
      },
      onDown(reason, again, unconfirmed) {
        since = clock.now();
        if (unconfirmed.length > 0) options.onUnconfirmed?.(unconfirmed);
        options.onDown?.(reason, again);
        notify();
      },
      ...(options.onMalformed === undefined ? {} : { onMalformed: options.onMalformed }),
      onFault: options.onFault,
    },
    options.redeliveries,
    ports,
  );

  return {
    name,
    kind: "smpp",
    direction: options.connection.bindType,
    health: () => healthOf(connection.status(), clock.now()),
    sendsWholeText: false,
    start: () => connection.start(),
    stop: (drainMs) => {
      isStopped = true;
      return connection.stop(drainMs).then(deliveries.stop);
    },
    restart: async (drainMs) => {
      await connection.stop(drainMs);
      if (!isStopped) connection.start();
    },
    details: () => connection.status(),
    refusals: () =>
      [...connection.status().counts.refused].map(([status, count]) => [statusCode(status), count] as const),
    ignored: () => ignored,
    status: () => ({
      state: linkState(connection.state()),
      inFlight: connection.inFlight(),
      window: connection.windowMax,
      since,
    }),
    room: () => connection.room(),
    send(message, { partsAccepted, partsMax, reference }, done) {
      if (connection.room() === 0) {
        done(UNSENT);
        return;
      }
      const segments = segmentsOf(message.text.toWellFormed());
      sendPart(connection, profile, {
        message,
        segments,
        reference,
        validUntil: validUntil(message.expiresAt, clock.now()),
        part: partsAccepted,
        end: Math.min(segments.length, partsAccepted + partsMax),
        carrierIds: NO_IDS,
        done,
      });
    },
    onChange(listener) {
      listeners.add(listener);
    },
  };
};

const linkState = (state: ConnectionStatus["state"]): LinkStatus["state"] => {
  switch (state) {
    case "bound":
      return "up";
    case "connecting":
    case "securing":
    case "binding":
      return "connecting";
    default:
      return "down";
  }
};

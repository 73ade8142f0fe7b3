import {
  type ConnectionSettings,
  type ConnectionStatus,
  type ConnectionWorld,
  machine,
  type SmppConnection,
  createSmppConnection,
} from "#adapters/smpp/session/connection.ts";
import type { DownReason } from "#adapters/smpp/session/output.ts";
import type { OutboundMessage } from "#core/domain/message.ts";
import { segmentsOf } from "#core/domain/message-text.ts";
import type { CarrierLink, LinkStatus } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { type MessageIdForm, storedId } from "./carrier-ids.ts";
import { createDeliverSmHandler } from "./deliver-sm-handler.ts";
import type { InboundSink } from "./inbound.ts";
import type { Redeliveries } from "./redelivery.ts";
import { NO_IDS, partAnswered, type Sending, sendPart, UNSENT } from "./send-parts.ts";
import { validUntil } from "./submit-sm.ts";

export interface SmppLinkOptions {
  readonly name: string;
  readonly connection: ConnectionSettings;
  readonly messageIdForm: MessageIdForm;
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
  /** What was taken under these keys may come again, on another link or to another process. */
  readonly onDoubt?: (keys: readonly string[]) => void;
  /** A part whose outcome was called unknown has been accepted after all. */
  readonly onLateId?: (late: LateId) => void;
  readonly onMalformed?: (commandId: number, reason: string) => void;
  /** A bug, caught before it could harm the link. */
  readonly onFault: (error: unknown) => void;
  /** Absent: the machine's own timers and sockets. */
  readonly world?: ConnectionWorld;
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
  details(): ConnectionStatus;
}

/**
 * Sends over one bind, and takes in what comes over it. The parts of a message follow one another: each waits for the answer to the one
 * before, so that what was accepted is always a beginning of the text.
 */
export const createSmppLink = (options: SmppLinkOptions): SmppLink => {
  const { name, clock, world = machine } = options;
  const listeners = new Set<() => void>();
  let since = clock.now();
  let telling = false;

  /** Once for all that happens in one go: a full chunk of answers opens the window once. */
  const tell = () => {
    if (telling) return;
    telling = true;
    queueMicrotask(() => {
      telling = false;
      for (const listener of listeners) listener();
    });
  };
  const texts = createDeliverSmHandler({
    ...options,
    now: world.now,
    after: world.after,
    answer: (delivery, status) => connection.answer(delivery, status),
    isWaiting: (delivery) => connection.isWaiting(delivery),
    onDoubt: (key) => options.onDoubt?.([key]),
  });

  const connection: SmppConnection<Sending> = createSmppConnection<Sending>(
    options.connection,
    {
      onDeliver: texts.take,
      onOutcome(sending, outcome) {
        try {
          partAnswered(connection, sending, outcome);
        } catch (error) {
          // A bug above us: its text would stay under way for ever. Let the process end, and others take over.
          queueMicrotask(() => {
            throw error;
          });
        }
        tell();
      },
      onLateOutcome({ message, part, segments }, outcome) {
        if (outcome.kind !== "accepted" || outcome.messageId === "") return;
        const carrierId = storedId(outcome.messageId);
        options.onLateId?.({ message, part, parts: segments.length, carrierId });
      },
      onUp() {
        since = clock.now();
        options.onUp?.();
        tell();
      },
      onDown(reason, again, inDoubt) {
        since = clock.now();
        if (inDoubt.length > 0) options.onDoubt?.(inDoubt);
        options.onDown?.(reason, again);
        tell();
      },
      ...(options.onMalformed === undefined ? {} : { onMalformed: options.onMalformed }),
      onFault: options.onFault,
    },
    options.redeliveries,
    world,
  );

  return {
    name,
    kind: "smpp",
    sendsWholeText: false,
    start: () => connection.start(),
    stop: (drainMs) => connection.stop(drainMs).then(texts.stop),
    details: () => connection.status(),
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
      sendPart(connection, {
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

import { createServer, type Server } from "node:net";
import type { CustomerContext } from "#apps/simulator/context.ts";
import type { InboundWay } from "#apps/simulator/inbound.ts";
import { closable, listen } from "#apps/simulator/listening.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { createBindWait } from "./bind-wait.ts";
import { receiptFrame } from "./deliver-frames.ts";
import { createDeliveries } from "./deliveries.ts";
import { createInboundDeliveries } from "./inbound-deliveries.ts";
import { openSession, type Session } from "./session.ts";
import { createSubmitHandler } from "./submit-handler.ts";

const CONNECTIONS_MAX = 1_000;

/** The SMPP half of the carrier: one or several hosts, and all binds to them. */
export interface Smsc {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly ports: () => readonly number[];
  readonly way: InboundWay;
  /** Resolves when a receiver of this system type may be bound, or when everything stops. */
  readonly bound: (systemType: string) => Promise<void>;
  readonly boundNow: () => number;
  readonly pending: () => number;
  readonly cutLinks: () => void;
}

export const createSmsc = (context: CustomerContext): Smsc => {
  const { settings, stats, timers, faults } = context;
  const { smpp, limits, host } = settings;
  const sessions = new Set<Session>();
  const queue = createDeliveries(smpp.retry, timers);
  let ports: readonly number[] = smpp.ports;
  let closers: (() => Promise<void>)[] = [];
  let change: Promise<void> = Promise.resolve();

  const sendReceipt = (receipt: Receipt): void =>
    queue.offer(
      {
        frame: (takesTlvs) => receiptFrame(receipt, smpp, takesTlvs, faults.current()),
        unit: { isTouched: true },
        tried: () => {
          stats.smpp.receipts += 1;
        },
        retrying: () => {},
        done: (outcome) => {
          stats.smpp[outcome === "acknowledged" ? "receiptAcks" : "receiptsLost"] += 1;
        },
        createdAt: performance.now(),
        attempts: 0,
        waitMs: smpp.retry.firstMs,
      },
      "everybody",
    );

  const submit = createSubmitHandler(context, sendReceipt);
  const boundNow = (): number => [...sessions].filter((each) => each.isBound()).length;

  const hostServer = (index: number): Server => {
    const server = createServer({ noDelay: true }, (socket) => {
      const newcomer = openSession(context, socket, {
        server: `smpp${index + 1}`,
        deliveries: queue,
        submit,
        hasRoom: () => limits.binds === 0 || boundNow() < limits.binds,
        closed: () => sessions.delete(newcomer),
      });
      sessions.add(newcomer);
    });
    server.maxConnections = CONNECTIONS_MAX;
    return server;
  };

  const open = async (): Promise<void> => {
    if (closers.length > 0) return;
    const opened: number[] = [];
    for (const [index, port] of ports.entries()) {
      const server = hostServer(index);
      opened.push(await listen(server, port, host));
      closers.push(closable(server));
    }
    ports = opened;
  };

  const close = async (): Promise<void> => {
    const closing = closers;
    closers = [];
    await Promise.all(closing.map((closeServer) => closeServer()));
  };

  /** One after the other, whatever is asked for in between. */
  const sequential = (work: () => Promise<void>): Promise<void> => {
    const turn = change.catch(() => {}).then(work);
    change = turn;
    return turn;
  };

  faults.onChange((current) => {
    if (timers.isStopped()) return;
    sequential(current.smpp?.down ? close : open).catch((error: unknown) => {
      console.error("Cannot open the SMPP ports again:", error);
    });
  });

  return {
    start: () => sequential(open),
    stop: () => sequential(close),
    ports: () => ports,
    way: createInboundDeliveries(queue, stats.smpp, smpp.retry.firstMs, faults.current),
    bound: createBindWait(queue.hasReceiver, timers),
    boundNow,
    pending: queue.waiting,
    cutLinks: () => {
      for (const each of sessions) each.destroy();
    },
  };
};

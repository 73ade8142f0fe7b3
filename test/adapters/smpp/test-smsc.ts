import type { AddressInfo } from "node:net";
import smpp, { type PDU, type Session } from "smpp";

export interface TestSmsc {
  readonly port: number;
  readonly sessions: () => readonly Session[];
  /** Every PDU that came, in order, over all sessions. */
  readonly received: PDU[];
  readonly close: () => Promise<void>;
}

export interface TestSmscOptions {
  /** PEM; present: TLS. */
  readonly key?: string;
  readonly cert?: string;
  /** The status of the answer to a bind. */
  readonly bindStatus?: () => number;
  /** What to do with a PDU instead of answering it in the ordinary way; `false`: the ordinary way. */
  readonly on?: (pdu: PDU, session: Session) => boolean;
}

/** A small SMSC on node-smpp: takes binds, answers submits with ids 1, 2, 3..., enquiries and unbinds. */
export const testSmsc = async (options: TestSmscOptions = {}): Promise<TestSmsc> => {
  const received: PDU[] = [];
  const sessions: Session[] = [];
  let ids = 0;
  const { key, cert } = options;
  const server = smpp.createServer(key === undefined ? {} : { key, cert }, (session) => {
    sessions.push(session);
    session.on("error", () => session.destroy());
    session.on("close", () => sessions.splice(sessions.indexOf(session), 1));
    session.on("pdu", (pdu: PDU) => {
      received.push(pdu);
      if (options.on?.(pdu, session) || pdu.isResponse()) return;
      if (pdu.command.startsWith("bind_")) {
        session.send(pdu.response({ command_status: options.bindStatus?.() ?? 0, system_id: "test" }));
      } else if (pdu.command === "submit_sm") {
        ids += 1;
        session.send(pdu.response({ message_id: ids.toString(16) }));
      } else {
        session.send(pdu.response());
        if (pdu.command === "unbind") session.close();
      }
    });
  });
  // A peer that is not ours may break off a handshake.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sessions: () => sessions,
    received,
    close: () =>
      new Promise((resolve) => {
        for (const session of [...sessions]) session.destroy();
        server.close(() => resolve());
      }),
  };
};

import { afterEach, describe, expect, it } from "vitest";
import { createSmppLink, type SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound-sink.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { encode } from "#adapters/smpp/protocol/codec.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { destinationOf, sourceOf } from "#adapters/smpp/protocol/received-message.ts";
import { textOf, userDataOf } from "#adapters/smpp/text/user-data.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import {
  type Arrival,
  type CarrierAnswer,
  carrierLinkContract,
} from "#test/contracts/carrier-link.contract.ts";
import { sentOver } from "#test/support/sent-over.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { bindAnswer, pduBytes, type RawConnection, type RawPeer, rawPeer } from "./raw-peer.ts";
import { fieldsOf } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { quickReconnect, quickTimes } from "./test-connection.ts";
import { until } from "./until.ts";

const statuses: Record<Exclude<CarrierAnswer, "nothing">, number> = {
  accepted: STATUS.ok,
  throttled: STATUS.throttled,
  retry: STATUS.systemError,
  refused: STATUS.invalidDestination,
};

interface Carrier {
  readonly peer: RawPeer;
  readonly link: SmppLink;
  readonly arrived: Arrival[];
  answer: CarrierAnswer;
  /** How messages to these handsets are answered, instead of by `answer`. */
  readonly answerByHandset: Map<string, CarrierAnswer>;
  away: boolean;
}

/** An SMSC that answers as it is told, and a link to it that is up. */
const carrierWith = async (sink: InboundSink): Promise<Carrier> => {
  let ids = 0;
  const peer = await rawPeer(
    (pdu, { socket }: RawConnection) => {
      if (pdu.kind === "bind") socket.write(bindAnswer(pdu.sequence));
      if (pdu.kind === "enquire_link") socket.write(pduBytes(0x80000015, 0, pdu.sequence));
      if (pdu.kind !== "submit_sm") return;
      const destination = destinationOf(pdu.message);
      const source = sourceOf(pdu.message);
      carrier.arrived.push({ source, destination, text: textOf(pdu.message) });
      const answer = carrier.answerByHandset.get(destination) ?? carrier.answer;
      if (answer === "nothing") return;
      const status = statuses[answer];
      ids += 1;
      socket.write(pduBytes(0x80000004, status, pdu.sequence, status === 0 ? `0${ids.toString(16)}A\0` : ""));
    },
    ({ socket }) => {
      if (carrier.away) socket.destroy();
    },
  );
  const link = createSmppLink({
    name: "smpp-1",
    connection: {
      endpoint: { host: "127.0.0.1", port: peer.port },
      credentials: { systemId: "me", password: "secret", systemType: "" },
      bindType: "transceiver",
      windowMax: 4,
      times: quickTimes,
      reconnect: quickReconnect,
    },
    profile: VONAGE,
    sink,
    redeliveries: createRedeliveries(),
    clock: { now: () => NOON },
    ids: { next: () => crypto.randomUUID() },
    onFault: (error) => {
      throw error;
    },
  });
  const carrier: Carrier = {
    peer,
    link,
    arrived: [],
    answer: "accepted",
    answerByHandset: new Map(),
    away: false,
  };
  link.start();
  await until(() => link.status().state === "up", "the link is up");
  return carrier;
};

const noSink: InboundSink = {
  offer: (_, done) => done("accepted"),
  offerReceipt: (_, done) => done("accepted"),
  checkDuplicate: async (keys) => keys.map(() => ({ status: "free", acceptedAt: null, resolved: null })),
  resolveUnconfirmed: async () => true,
  matchSent: async () => "unknown",
};

carrierLinkContract("SMPP", async () => {
  const carrier = await carrierWith(noSink);
  return {
    link: {
      ...carrier.link,
      // What is sent before a change of the carrier's mood reaches it after.
      send(message, attempt, done) {
        carrier.answerByHandset.set(message.destination, carrier.answer);
        carrier.link.send(message, attempt, done);
      },
    },
    arrived: () => carrier.arrived,
    answerWith(answer) {
      carrier.answer = answer;
    },
    cut() {
      carrier.away = true;
      for (const { socket } of carrier.peer.connections) socket.destroy();
    },
    restore() {
      carrier.away = false;
      carrier.answer = "accepted";
    },
    async close() {
      await carrier.link.stop(0);
      await carrier.peer.close();
    },
  };
});

describe("what comes over an SMPP link", () => {
  let carrier: Carrier;
  const texts: InboundMessage[] = [];
  const receipts: Receipt[] = [];
  afterEach(async () => {
    await carrier.link.stop(0);
    await carrier.peer.close();
    texts.length = 0;
    receipts.length = 0;
  });

  const answers = () =>
    carrier.peer.connections[0]!.received.filter(({ kind }) => kind === "deliver_sm_resp");
  const deliver = (message: Partial<typeof noMessage>, sequence = 1) =>
    carrier.peer.connections[0]!.socket.write(
      encode({ kind: "deliver_sm", sequence, message: { ...noMessage, ...message } }),
    );

  it("is handed in as texts, parts and receipts, and acknowledged when it is safe", async () => {
    let isSafe = () => {};
    const safe = new Promise<void>((resolve) => {
      isSafe = resolve;
    });
    carrier = await carrierWith({
      ...noSink,
      offer: (message, done) => {
        texts.push(message);
        void safe.then(() => done("accepted"));
      },
      offerReceipt: (receipt, done) => {
        receipts.push(receipt);
        void safe.then(() => done("accepted"));
      },
    });
    deliver(
      { source: "447700900001", destination: "447700900000", shortMessage: Buffer.from([0x1b, 0x65]) },
      1,
    );
    deliver({ esmClass: 0x40, shortMessage: Buffer.from("050003070201616263", "hex") }, 2);
    deliver({ esmClass: 0x04, shortMessage: Buffer.from("id:171 stat:UNDELIV err:003") }, 3);
    await until(() => texts.length === 2 && receipts.length === 1, "all have come");
    expect(answers()).toEqual([]);
    expect(texts[0]).toMatchObject({
      from: "447700900001",
      to: "447700900000",
      text: "€",
      part: null,
      link: "smpp",
    });
    expect(texts[1]).toMatchObject({ text: "abc", part: { reference: "udh8:7", total: 2, index: 1 } });
    expect(receipts[0]).toEqual({
      carrierIds: ["ab"],
      state: "failed",
      failure: { code: "receipt-3", detail: "Not delivered: the handset is gone for good" },
      at: NOON,
    });
    isSafe();
    await until(() => answers().length === 3, "all are acknowledged");
    expect(answers().every((pdu) => "status" in pdu && pdu.status === STATUS.ok)).toBe(true);
  });

  it("is refused in a way that makes the carrier come again, when it cannot be kept", async () => {
    carrier = await carrierWith({
      ...noSink,
      offer: (_, done) => done("unavailable"),
      offerReceipt: (_, done) => done("overloaded"),
    });
    deliver({}, 1);
    deliver({ esmClass: 0x04, shortMessage: Buffer.from("id:1 stat:DELIVRD") }, 2);
    deliver({ esmClass: 0x04, shortMessage: Buffer.from("nothing in it") }, 3);
    await until(() => answers().length === 3, "all are answered");
    const statusOf = (sequence: number) => answers().find((pdu) => pdu.sequence === sequence);
    expect(statusOf(1)).toMatchObject({ status: STATUS.systemError });
    expect(statusOf(2)).toMatchObject({ status: STATUS.throttled });
    expect(statusOf(3)).toMatchObject({ status: STATUS.ok });
  });

  it("matches what went out: the id of the answer is the id of the receipt", async () => {
    carrier = await carrierWith({
      ...noSink,
      offerReceipt: (receipt, done) => {
        receipts.push(receipt);
        done("accepted");
      },
    });
    const message = {
      id: "m",
      conversationId: "c",
      senderId: null,
      recipientId: "r",
      priority: "relay" as const,
      source: "447700900000" as never,
      destination: "447700900001" as never,
      text: "Hi",
      receivedAt: NOON,
      expiresAt: NOON + 60_000,
    };
    const outcome = await sentOver(carrier.link, message, { partsAccepted: 0, partsMax: 1, reference: 1 });
    expect(outcome).toEqual({ kind: "accepted", carrierIds: ["1a"] });
    deliver({ esmClass: 0x04, shortMessage: Buffer.from(`id:000000${0x1a} stat:DELIVRD err:000`) });
    await until(() => receipts.length === 1, "the receipt has come");
    expect(receipts[0]).toMatchObject({ carrierIds: ["1a"], state: "delivered", failure: null });
    const [submit] = carrier.peer.connections[0]!.received.filter((pdu) => pdu.kind === "submit_sm");
    if (submit?.kind !== "submit_sm") throw new Error("Cannot see the submit");
    expect(userDataOf(submit.message).concatenation).toBeNull();
    expect(fieldsOf(submit.message)).toMatchObject({
      validityPeriod: "260115120100000+",
      registeredDelivery: 1,
      dataCoding: 0,
    });
  });
});

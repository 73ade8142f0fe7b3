import { afterEach, describe, expect, it } from "vitest";
import { createSmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { type SmppProfile, submitResultClass } from "#adapters/smpp/profile.ts";
import { encode } from "#adapters/smpp/protocol/codec.ts";
import { esmClassOf, shortMessageOf, sourceOf } from "#adapters/smpp/protocol/received-message.ts";
import { SMPP_34 } from "#adapters/smpp/smpp34.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { bindAnswer, pduBytes, type RawConnection, type RawPeer, rawPeer } from "./raw-peer.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { quickReconnect, quickTimes } from "./test-connection.ts";
import { until } from "./until.ts";

/** A carrier that Vonage is not: everything in which two SMSCs differ is another. */
const OTHER: SmppProfile = {
  ...SMPP_34,
  name: "Other",
  submitStatuses: new Map([...SMPP_34.submitStatuses, [0x0a, "retry"], [0x400, "throttled"]]),
  messageIdForm: "dec-hex",
  tryAgain: { unavailable: 0x64, overloaded: 0x14 },
  defaultAlphabet: "latin1",
  addresses: { international: { ton: 1, npi: 0 } },
  receipts: {
    ...SMPP_34.receipts,
    words: [["OK", "delivered"], ...SMPP_34.receipts.words],
    error: (code) => ({ number: code, reason: "so says the other carrier", isOptOut: code === "77" }),
  },
};

let peer: RawPeer;
let link: ReturnType<typeof createSmppLink>;

afterEach(async () => {
  await link.stop(0);
  await peer.close();
});

/** An SMSC of the other carrier, and a link to it with its profile. */
const bound = async (result: "accepted" | "unavailable" | "overloaded", submitStatus = 0) => {
  const texts: InboundMessage[] = [];
  const receipts: Receipt[] = [];
  const answers: number[] = [];
  const submitted: { source: string; octets: Buffer; npi: number; esmClass: number }[] = [];
  let connection: RawConnection | null = null;
  peer = await rawPeer((pdu, from) => {
    connection = from;
    if (pdu.kind === "bind") from.socket.write(bindAnswer(pdu.sequence));
    if (pdu.kind === "enquire_link") from.socket.write(pduBytes(0x80000015, 0, pdu.sequence));
    if (pdu.kind === "deliver_sm_resp") answers.push(pdu.status);
    if (pdu.kind !== "submit_sm") return;
    const { message } = pdu;
    const npi = message.bytes[message.sourceAt - 1]!;
    const octets = Buffer.from(shortMessageOf(message));
    submitted.push({ source: sourceOf(message), octets, npi, esmClass: esmClassOf(message) });
    from.socket.write(pduBytes(0x80000004, submitStatus, pdu.sequence, submitStatus === 0 ? "255\0" : ""));
  });
  link = createSmppLink({
    name: "smpp-1",
    profile: OTHER,
    connection: {
      endpoint: { host: "127.0.0.1", port: peer.port },
      credentials: { systemId: "me", password: "secret", systemType: "" },
      bindType: "transceiver",
      times: quickTimes,
      reconnect: quickReconnect,
    },
    sink: {
      offer: (message, done) => {
        texts.push(message);
        done(result);
      },
      offerReceipt: (receipt, done) => {
        receipts.push(receipt);
        done("accepted");
      },
      checkDuplicate: async (keys) => keys.map(() => ({ status: "free", acceptedAt: null, resolved: null })),
      resolveUnconfirmed: async () => true,
      matchSent: async () => "unknown",
    },
    redeliveries: createRedeliveries(),
    clock: { now: () => NOON },
    ids: { next: () => crypto.randomUUID() },
    onFault: (error) => {
      throw error;
    },
  });
  link.start();
  await until(() => link.status().state === "up", "the link is up");
  const deliver = (octets: Buffer, esmClass = 0): void => {
    const message = { ...noMessage, shortMessage: octets, esmClass, dataCoding: 0 };
    connection!.socket.write(encode({ kind: "deliver_sm", sequence: 7, message }));
  };
  return { texts, receipts, answers, submitted, deliver };
};

const message = (text: string): OutboundMessage => ({
  id: crypto.randomUUID(),
  conversationId: "c",
  senderId: null,
  recipientId: "r",
  priority: "relay",
  source: "447700900010" as OutboundMessage["source"],
  destination: "447700900011" as OutboundMessage["destination"],
  text,
  receivedAt: NOON,
  expiresAt: NOON + 3_600_000,
});

const send = (text: string): Promise<SendOutcome> =>
  new Promise((resolve) => {
    link.send(message(text), { partsAccepted: 0, partsMax: 9, reference: 1 }, resolve);
  });

describe("a carrier with a profile of its own", () => {
  it("has its alphabet for what comes and for what is sent, and its numbering plan", async () => {
    const carrier = await bound("accepted");
    carrier.deliver(Buffer.from("ann@example.com cost $5 à bientôt_{x}", "latin1"));
    await until(() => carrier.texts.length === 1, "the text has come");
    expect(carrier.texts[0]!.text).toBe("ann@example.com cost $5 à bientôt_{x}");
    await send("ann@example.com_{x}");
    expect(carrier.submitted).toMatchObject([{ npi: 0, octets: Buffer.from("ann@example.com_{x}") }]);
  });

  it("has its own answers after which it delivers again", async () => {
    const unavailable = await bound("unavailable");
    unavailable.deliver(Buffer.from("hello"));
    await until(() => unavailable.answers.length === 1, "the text is answered");
    expect(unavailable.answers).toEqual([0x64]);
  });

  it("names messages in receipts by its own notation, words and codes", async () => {
    const carrier = await bound("accepted");
    expect(await send("hi")).toEqual({ kind: "accepted", carrierIds: ["255"] });
    carrier.deliver(Buffer.from("id:FF stat:OK err:000"), 0x04);
    carrier.deliver(Buffer.from("id:FF stat:UNDELIV err:12"), 0x04);
    await until(() => carrier.receipts.length === 2, "the receipts have come");
    expect(carrier.receipts).toMatchObject([
      { carrierIds: ["255"], state: "delivered" },
      {
        carrierIds: ["255"],
        state: "failed",
        failure: { detail: "Not delivered: so says the other carrier" },
      },
    ]);
  });

  it("has statuses of its own", async () => {
    await bound("accepted", 0x400);
    expect(await send("hi")).toMatchObject({ kind: "throttled" });
    expect(submitResultClass(OTHER, 0x0a, false)).toBe("retry");
    expect(submitResultClass(VONAGE, 0x0a, false)).toBe("permanent");
  });
});

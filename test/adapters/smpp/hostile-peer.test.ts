import net from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { encode } from "#adapters/smpp/protocol/codec.ts";
import { type ReceivedPdu, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { shortMessageOf } from "#adapters/smpp/protocol/received-message.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { isReceipt } from "#adapters/smpp/text/receipt-text.ts";
import { textOf } from "#adapters/smpp/text/user-data.ts";
import { bindAnswer, pduBytes, type RawConnection, type RawPeer, rawPeer } from "./raw-peer.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { type Overrides, type Recorded, testConnection } from "./test-connection.ts";
import { type Tlv, tlvBytes } from "./tlv-bytes.ts";
import { until } from "./until.ts";

let peer: RawPeer;
let ours: Recorded;

afterEach(async () => {
  await ours?.connection.stop(0);
  await peer?.close();
});

/** A peer that binds us and leaves the rest to the test. */
const boundTo = async (
  overrides: Overrides = {},
  onPdu?: (pdu: ReceivedPdu, peer: RawConnection) => void,
) => {
  peer = await rawPeer((pdu, connection) => {
    if (pdu.kind === "bind") connection.socket.write(bindAnswer(pdu.sequence));
    else onPdu?.(pdu, connection);
  });
  ours = testConnection(peer.port, overrides);
  ours.connection.start();
  await bound();
};

const bound = () => until(() => ours.connection.status().state === "bound", "the connection is bound");
const isDown = (kind: string) =>
  until(() => ours.downs.some(({ reason }) => reason.kind === kind), `it went down: ${kind}`);
const last = () => peer.connections.at(-1)!;
const send = (...bytes: Buffer[]) => last().socket.write(Buffer.concat(bytes));
const fromUs = () => last().received.filter(({ kind }) => kind !== "bind");
const sound = { ...noMessage, shortMessage: Buffer.from("sound") };
const soundDeliver = encode({ kind: "deliver_sm", sequence: 77, message: sound });
const wordless = encode({ kind: "deliver_sm", sequence: 77, message: noMessage });

describe("a peer that breaks the stream", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 15, 70_001, 0x7fffffff, 0xffffffff]) {
    it(`with command_length ${length} gets an error, is left, and called again`, async () => {
      await boundTo();
      const broken = pduBytes(5, 0, 1);
      broken.writeUInt32BE(length, 0);
      send(broken, soundDeliver);
      await isDown("bad-frame");
      await until(
        () => peer.connections[0]!.received.some(({ kind }) => kind === "generic_nack"),
        "it got the error",
      );
      expect(ours.delivered).toEqual([]);
      await until(() => peer.connections.length === 2, "it is called again");
      await bound();
    });
  }

  it("by speaking HTTP is left and called again", async () => {
    await boundTo();
    last().socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await isDown("bad-frame");
    await bound();
  });

  it("by ending in the middle of a text gets nothing of it accepted", async () => {
    await boundTo({ answer: STATUS.ok });
    for (const missing of [1, 3, 4, 20]) {
      const downs = ours.downs.length;
      last().socket.end(soundDeliver.subarray(0, -missing));
      await until(() => ours.downs.length > downs, "the link is down");
      await bound();
    }
    expect(ours.delivered).toEqual([]);
    expect(ours.faults).toEqual([]);
  });

  it("by random bytes at any moment never stops us from binding again", async () => {
    await boundTo({ answer: STATUS.ok });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const { connections } = ours.connection.status();
        send(Buffer.from(bytes));
        last().socket.end();
        await until(() => ours.connection.status().connections > connections, "it is called again");
        await bound();
      }),
      { numRuns: 15 },
    );
    expect(ours.faults).toEqual([]);
  });
});

describe("a peer that sends a PDU that does not hold", () => {
  const body = (command: number, bytes: Buffer | string) => pduBytes(command, 0, 5, bytes);
  const cases: [string, Buffer, object][] = [
    ["a deliver_sm without a body", body(5, ""), { kind: "deliver_sm_resp" }],
    [
      "a deliver_sm with an endless address",
      body(5, `\0\x01\x01${"9".repeat(60)}`),
      { kind: "deliver_sm_resp", status: 0x0a },
    ],
    [
      "a deliver_sm whose text is longer than its sm_length",
      body(5, Buffer.concat([soundDeliver.subarray(16), Buffer.from(":30 at the gate")])),
      { kind: "deliver_sm_resp", status: 0xc0 },
    ],
    [
      "a deliver_sm without a text whose TLV goes beyond its end",
      body(5, Buffer.concat([wordless.subarray(16), Buffer.from("042400ffff", "hex")])),
      { kind: "deliver_sm_resp", status: 0xc0 },
    ],
    [
      "a submit_sm",
      encode({ kind: "submit_sm", sequence: 5, message: noMessage }),
      { kind: "submit_sm_resp", status: 0x04 },
    ],
    ["an enquire_link with a body", body(0x15, "?"), { kind: "enquire_link_resp", status: 0x02 }],
    ["a bind", body(9, "a\0b\0\0\x34\0\0\0"), { kind: "bind_resp", status: 0x04 }],
    ["a query_sm", body(3, "1\0\0\0\0"), { kind: "generic_nack", status: 0x03 }],
    ["a command nobody knows", body(0x1234, ""), { kind: "generic_nack", status: 0x03 }],
  ];
  it.each([
    ["a TLV beyond its end", "020c0002ff"],
    ["a TLV beyond its end, behind one that is whole", "0204000200071403000501"],
    ["one octet too many", "00"],
  ])("is served for a text with %s: the text is whole, and the damage is counted", async (_, tail) => {
    await boundTo({ answer: STATUS.ok });
    send(body(5, Buffer.concat([soundDeliver.subarray(16), Buffer.from(tail, "hex")])));
    await until(() => fromUs().length >= 1, "it is answered");
    expect(fromUs()[0]).toMatchObject({ kind: "deliver_sm_resp", sequence: 5, status: 0 });
    expect(ours.delivered.map(({ message }) => textOf(message))).toEqual([textOf(received(sound))]);
    expect(ours.malformed).toHaveLength(1);
    expect(ours.connection.status().counts.malformed).toBe(1);
  });

  it("is served by data_sm as by deliver_sm, a text and a receipt, each answered by data_sm_resp", async () => {
    await boundTo({ answer: STATUS.ok });
    const dataSm = (esmClass: number, dataCoding: number, ...tlvs: readonly Tlv[]) =>
      body(
        0x103,
        Buffer.concat([
          Buffer.from("\0\x01\x01447700900001\0\x01\x01447418300950\0", "latin1"),
          Buffer.from([esmClass, 0, dataCoding]),
          tlvBytes(...tlvs),
        ]),
      );
    send(
      dataSm(0, 8, { tag: TAG.messagePayload, value: Buffer.from("00480069", "hex") }),
      dataSm(
        4,
        0,
        { tag: TAG.receiptedMessageId, value: Buffer.from("7F\0") },
        { tag: TAG.messageState, value: Buffer.from([2]) },
      ),
      body(0x103, "\0\x01\x01447700900001\0\x01"),
    );
    await until(() => fromUs().length >= 3, "all are answered");
    expect(fromUs().map(({ kind }) => kind)).toEqual(Array(3).fill("data_sm_resp"));
    expect(fromUs().map((pdu) => ("status" in pdu ? pdu.status : null))).toEqual([0, 0, 0x0b]);
    const [text, receipt] = ours.delivered.map(({ message }) => message);
    expect(textOf(text!)).toBe("Hi");
    expect(isReceipt(text!)).toBe(false);
    expect(isReceipt(receipt!)).toBe(true);
  });

  for (const [what, bytes, answer] of cases) {
    it(`is answered for ${what}, and goes on being served`, async () => {
      await boundTo({ answer: STATUS.ok });
      send(bytes, soundDeliver);
      await until(() => fromUs().length >= 2, "both are answered");
      expect(fromUs()[0]).toMatchObject({ sequence: 5, ...answer });
      expect(fromUs()[1]).toMatchObject({ kind: "deliver_sm_resp", sequence: 77, status: 0 });
      expect(ours.delivered).toHaveLength(1);
      expect(ours.downs).toEqual([]);
    });
  }

  it("hears nothing back for answers that nobody waits for", async () => {
    await boundTo();
    const answers = [0x80000004, 0x80000005, 0x80000006, 0x80000009, 0x80000015, 0x80000103, 0x0102, 0x000b];
    send(...answers.map((command) => pduBytes(command, 0, 99)), pduBytes(0x15, 0, 1));
    await until(() => fromUs().length >= 1, "the enquiry behind them is answered");
    expect(fromUs()).toEqual([{ kind: "enquire_link_resp", sequence: 1, status: 0 }]);
    expect(ours.connection.status().counts.unexpected).toBe(answers.length);
  });

  it("does not complete a submit_sm with the wrong kind of answer", async () => {
    await boundTo({}, (pdu, { socket }) => {
      if (pdu.kind !== "submit_sm") return;
      for (const command of [0x80000015, 0x80000005, 0x80000103])
        socket.write(pduBytes(command, 0, pdu.sequence));
      socket.write(pduBytes(0x80000004, 0, pdu.sequence, "right\0"));
    });
    ours.connection.submit(noMessage, "a");
    await until(() => ours.outcomes.size === 1, "it is answered");
    expect(ours.outcomes.get("a")).toMatchObject({ kind: "accepted", messageId: "right" });
  });

  it("leaves the outcome unknown when its answer is unreadable, unless its status says no", async () => {
    await boundTo({}, (pdu, { socket }) => {
      if (pdu.kind !== "submit_sm") return;
      const status = shortMessageOf(pdu.message).length === 0 ? 0 : 0x0b;
      socket.write(pduBytes(0x80000004, status, pdu.sequence, "no end"));
    });
    ours.connection.submit(noMessage, "yes?");
    ours.connection.submit({ ...noMessage, shortMessage: Buffer.from("x") }, "no");
    await until(() => ours.outcomes.size === 2, "both are answered");
    expect(ours.outcomes.get("yes?")).toEqual({ kind: "unknown", reason: "malformed-answer" });
    expect(ours.outcomes.get("no")).toEqual({ kind: "refused", status: 0x0b, nack: false });
  });

  it("refuses one submit by generic_nack, and ends the link by one that names none", async () => {
    await boundTo({}, (pdu, { socket }) => {
      if (pdu.kind === "submit_sm") socket.write(pduBytes(0x80000000, 0x45, pdu.sequence));
    });
    ours.connection.submit(noMessage, "a");
    await until(() => ours.outcomes.size === 1, "it is answered");
    expect(ours.outcomes.get("a")).toEqual({ kind: "refused", status: 0x45, nack: true });
    expect(ours.downs).toEqual([]);
    send(pduBytes(0x80000000, 0x02, 0));
    await isDown("nacked");
  });

  it("is bound anew when it says that the link is at fault", async () => {
    await boundTo({}, (pdu, { socket }) => {
      if (pdu.kind === "submit_sm") socket.write(pduBytes(0x80000004, STATUS.wrongBindState, pdu.sequence));
    });
    ours.connection.submit(noMessage, "a");
    await isDown("session-fault");
    expect(ours.outcomes.get("a")).toEqual({ kind: "refused", status: STATUS.wrongBindState, nack: false });
    await bound();
  });
});

describe("a peer that falls silent", () => {
  it("before the bind is answered is left in time", async () => {
    peer = await rawPeer();
    ours = testConnection(peer.port);
    ours.connection.start();
    await isDown("bind-timeout");
    await until(() => peer.connections.length >= 2, "it is called again");
  });

  it("when bound is asked, left in time, and called again", async () => {
    await boundTo({ times: { enquireMs: 60, enquireAnswerMs: 60 } });
    const since = performance.now();
    await isDown("silent");
    expect(performance.now() - since).toBeGreaterThanOrEqual(115);
    expect(fromUs().filter(({ kind }) => kind === "enquire_link").length).toBeGreaterThanOrEqual(1);
    await until(() => peer.connections.length >= 2, "it is called again");
  });

  it("but answers enquiries is kept", async () => {
    let enquiries = 0;
    await boundTo({ times: { enquireMs: 20, enquireAnswerMs: 200 } }, (pdu, { socket }) => {
      if (pdu.kind !== "enquire_link") return;
      enquiries += 1;
      socket.write(pduBytes(0x80000015, 0, pdu.sequence));
    });
    await until(() => enquiries >= 5, "it was asked five times");
    expect(ours.downs).toEqual([]);
  });

  it("to our texts only is left after a while, with every outcome unknown", async () => {
    await boundTo({ times: { responseMs: 40, stallMs: 400 } }, (pdu, { socket }) => {
      if (pdu.kind === "enquire_link") socket.write(pduBytes(0x80000015, 0, pdu.sequence));
    });
    ours.connection.submit(noMessage, "a");
    await until(() => ours.outcomes.size === 1, "its time is over");
    ours.connection.submit(noMessage, "b");
    await isDown("stalled");
    expect([...ours.outcomes.values()].map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
  });

  it("in the middle of a PDU is left in time, even when it goes on sending octet by octet", async () => {
    await boundTo({ times: { pduReadMs: 80 } });
    const drip = setInterval(() => send(Buffer.from([0])), 10);
    send(soundDeliver.subarray(0, 17));
    try {
      await isDown("slow-pdu");
    } finally {
      clearInterval(drip);
    }
  });

  it("to our unbind does not keep us from stopping", async () => {
    await boundTo();
    await ours.connection.stop(0);
    expect(ours.connection.status().state).toBe("idle");
    await until(() => last().ended, "the connection is closed");
  });

  it("and does not end its half of the connection does not keep us from stopping", async () => {
    await boundTo({}, (pdu, { socket }) => {
      if (pdu.kind === "unbind") socket.write(pduBytes(0x80000006, 0, pdu.sequence));
    });
    await ours.connection.stop(0);
    expect(ours.downs.at(-1)!.reason).toEqual({ kind: "stopped" });
  });

  it("and reads nothing is sent no more than a bounded amount", async () => {
    await boundTo({ windowMax: 100_000, times: { responseMs: 60_000 } });
    last().socket.pause();
    const message = { ...noMessage, shortMessage: Buffer.alloc(254, 97) };
    let result = "";
    for (let i = 0; i < 100_000 && result !== "congested"; i += 1) {
      result = ours.connection.submit(message, `${i}`);
      if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(result).toBe("congested");
    expect(ours.connection.room()).toBe(0);
  });
});

describe("a peer that goes away", () => {
  it("by a reset hands everything in flight back as unknown, and is called again", async () => {
    await boundTo();
    for (const name of ["a", "b", "c"]) ours.connection.submit(noMessage, name);
    await until(() => fromUs().length === 3, "all have arrived");
    last().socket.resetAndDestroy();
    await until(() => ours.outcomes.size === 3, "all are handed back");
    for (const outcome of ours.outcomes.values())
      expect(outcome).toEqual({ kind: "unknown", reason: "link-lost" });
    expect(ours.downs[0]!.reason).toEqual({ kind: "peer-closed", code: "ECONNRESET" });
    await bound();
  });

  it("by closing half of the connection is left", async () => {
    await boundTo();
    last().socket.end();
    await isDown("peer-closed");
    await bound();
  });

  it("altogether is called again and again, never in a tight loop", async () => {
    const unused = net.createServer();
    await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
    const { port } = unused.address() as net.AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    peer = await rawPeer();
    ours = testConnection(port);
    ours.connection.start();
    await until(() => ours.downs.length >= 4, "it was tried four times");
    expect(ours.downs[0]!.reason).toEqual({ kind: "unreachable", code: "ECONNREFUSED" });
    for (const { inMs } of ours.downs) expect(inMs).toBeGreaterThanOrEqual(2);
  });
});

describe("a peer that refuses the bind", () => {
  const refusing = async (status: number) => {
    peer = await rawPeer((pdu, { socket }) => {
      if (pdu.kind === "bind") socket.write(bindAnswer(pdu.sequence, status));
    });
    ours = testConnection(peer.port);
    ours.connection.start();
    await isDown("bind-refused");
    return ours.downs[0]!;
  };

  it("because it still sees our last connection is given time to notice", async () => {
    const { inMs, alarm, reason } = await refusing(STATUS.alreadyBound);
    expect(reason).toEqual({ kind: "bind-refused", status: STATUS.alreadyBound });
    expect(inMs).toBeGreaterThanOrEqual(300);
    expect(alarm).toBe(false);
  });

  it("because of the password raises an alarm, and is hardly bothered", async () => {
    const { inMs, alarm } = await refusing(STATUS.invalidPassword);
    expect(inMs).toBeGreaterThanOrEqual(700);
    expect(alarm).toBe(true);
  });

  it("for other reasons is tried again soon", async () => {
    const { inMs } = await refusing(STATUS.systemError);
    expect(inMs).toBeLessThanOrEqual(40);
    await until(() => peer.connections.length >= 2, "it is called again");
  });

  it("by an answer that does not hold is left", async () => {
    peer = await rawPeer((pdu, { socket }) => {
      if (pdu.kind === "bind") socket.write(pduBytes(0x80000009, 0, pdu.sequence, "no end"));
    });
    ours = testConnection(peer.port);
    ours.connection.start();
    await isDown("bad-bind-answer");
  });

  it("in silence about a text that comes before the bind gets a status after which it sends it again", async () => {
    peer = await rawPeer((pdu, { socket }) => {
      if (pdu.kind === "bind") socket.write(Buffer.concat([soundDeliver, bindAnswer(pdu.sequence)]));
    });
    ours = testConnection(peer.port);
    ours.connection.start();
    await bound();
    await until(() => fromUs().length === 1, "the text is answered");
    expect(fromUs()[0]).toMatchObject({ kind: "deliver_sm_resp", status: STATUS.systemError });
    expect(ours.delivered).toEqual([]);
  });
});

describe("a text that comes again", () => {
  const keys = () => ours.delivered.map(({ key }) => key);
  const cutAndBind = async () => {
    const { length } = peer.connections;
    last().socket.destroy();
    await until(() => peer.connections.length > length, "it is called again");
    await bound();
  };
  const again = (sequence: number, words: string) =>
    encode({ kind: "deliver_sm", sequence, message: { ...noMessage, shortMessage: Buffer.from(words) } });

  it("has the key of the first time, if its acknowledgement may have been lost; another one like it has not", async () => {
    await boundTo({ answer: STATUS.ok, times: { confirmDelayMs: 5_000 } });
    send(again(1, "ok"));
    await until(() => fromUs().length === 1, "it is acknowledged");
    await cutAndBind();
    send(again(1, "ok"), again(2, "ok"));
    await until(() => fromUs().length === 2, "both are acknowledged");
    const [first, second, third] = keys();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(ours.connection.status().repeated).toBe(1);
  });

  it("is a new text, if its acknowledgement was confirmed", async () => {
    await boundTo({ answer: STATUS.ok }, (pdu, { socket }) => {
      if (pdu.kind === "enquire_link") socket.write(pduBytes(0x80000015, 0, pdu.sequence));
    });
    send(again(1, "ok"));
    await until(() => fromUs().some(({ kind }) => kind === "enquire_link"), "we ask whether it was read");
    await until(() => ours.connection.status().unconfirmed === 0, "it was");
    await cutAndBind();
    send(again(1, "ok"));
    await until(() => ours.delivered.length === 2, "it is delivered");
    expect(new Set(keys()).size).toBe(2);
  });

  it("has the key of the first time while that is still being worked on", async () => {
    await boundTo();
    send(again(1, "ok"));
    await until(() => ours.delivered.length === 1, "it is delivered");
    await cutAndBind();
    send(again(1, "ok"));
    await until(() => ours.delivered.length === 2, "it is delivered again");
    expect(new Set(keys()).size).toBe(1);
    expect(ours.connection.answer(ours.delivered[0]!, STATUS.ok)).toBe(false);
    expect(ours.connection.answer(ours.delivered[1]!, STATUS.ok)).toBe(true);
  });

  it("has the key of the first time after we refused it for now, on the same link", async () => {
    await boundTo({ answer: STATUS.systemError });
    send(again(1, "ok"), again(1, "ok"), again(3, "other"));
    await until(() => fromUs().length === 3, "all are refused");
    expect(new Set(keys()).size).toBe(2);
  });
});

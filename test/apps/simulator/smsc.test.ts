import { createConnection } from "node:net";
import type { PDU } from "smpp";
import { afterEach, describe, expect, it } from "vitest";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { connectEsme, type Esme, type EsmeBehaviour, messageOf } from "#test/support/simulator-esme.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { webhookSink } from "#test/support/simulator-webhook-sink.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";
const SYSTEM_TYPE = "inbound";

let simulator: Simulator;
const clients: Esme[] = [];

const start = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  simulator = await startSimulator({
    limits: { ...noLimits, ...options.limits },
    rented: [{ country: "GB", msisdn: NUMBER, moSmppSysType: SYSTEM_TYPE }],
    ...options,
  });
  return simulator;
};

const connect = (behaviour?: EsmeBehaviour, port = simulator.smppPort): Esme => {
  const client = connectEsme(port, behaviour);
  clients.push(client);
  return client;
};

const bound = async (behaviour?: EsmeBehaviour, systemType = SYSTEM_TYPE, port?: number): Promise<Esme> => {
  const client = connect(behaviour, port);
  expect(await client.bind("transceiver", { system_type: systemType })).toBe(0);
  return client;
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await simulator.stop();
});

const sms = (fields: Record<string, unknown> = {}) => ({
  source_addr: NUMBER,
  destination_addr: HANDSET,
  short_message: Buffer.from("hello"),
  registered_delivery: 1,
  ...fields,
});

describe("a bind", () => {
  it("is taken as transmitter, receiver and transceiver", async () => {
    await start();
    for (const mode of ["transmitter", "receiver", "transceiver"] as const) {
      expect(await connect().bind(mode)).toBe(0);
    }
    expect(simulator.stats().smpp).toMatchObject({ binds: 3, bound: 3 });
  });

  it("is refused with the wrong system id (0x0F), the wrong password (0x0E) and a second time (0x05)", async () => {
    await start();
    expect(await connect().bind("transceiver", { system_id: "other" })).toBe(0x0f);
    expect(await connect().bind("transceiver", { password: "other" })).toBe(0x0e);
    const client = await bound();
    expect(await client.bind()).toBe(0x05);
  });

  it("too many is refused with 0x05 until another one goes", async () => {
    await start({ limits: { binds: 2 } });
    const first = await bound();
    await bound();
    expect(await connect().bind()).toBe(0x05);
    first.close();
    await eventually(() => simulator.stats().smpp.bound === 1, "the first bind's end");
    expect(await connect().bind()).toBe(0);
  });

  it("is needed for submitting, as a transmitter or transceiver (0x04)", async () => {
    await start();
    expect((await connect().submit(sms()))?.command_status).toBe(0x04);
    const receiver = connect();
    await receiver.bind("receiver");
    expect((await receiver.submit(sms()))?.command_status).toBe(0x04);
  });

  it("ends with unbind, and answers enquire_link and what it does not serve", async () => {
    await start();
    const client = await bound();
    expect((await client.request("enquire_link"))?.command).toBe("enquire_link_resp");
    expect((await client.request("query_sm", { message_id: "1" }))?.command_status).toBe(0x03);
    expect((await client.request("unbind"))?.command).toBe("unbind_resp");
    await eventually(client.isClosed, "the end of the connection");
  });

  it("is asked whether it lives, and closed when it does not say so", async () => {
    await start({ smpp: { enquireLinkMs: 40, sessionTimeoutMs: 200 } });
    const alive = await bound();
    const dead = await bound({ answersEnquireLink: false });
    await eventually(dead.isClosed, "the end of the dead one");
    expect(dead.received.some(({ command }) => command === "enquire_link")).toBe(true);
    expect(alive.isClosed()).toBe(false);
  });
});

describe("a text to a handset", () => {
  it.each([
    ["the default alphabet", 0, Buffer.from("11001b281b651b297f", "hex"), "_@{€}à"],
    ["Latin-1", 3, Buffer.from("Zürich ça", "latin1"), "Zürich ça"],
    ["UCS-2", 8, Buffer.from("Привет 😀", "utf16le").swap16(), "Привет 😀"],
    ["Cyrillic", 6, Buffer.from([0xbf, 0xe0, 0xd8, 0xd2, 0xd5, 0xe2]), "Привет"],
  ])("in %s arrives as it was written", async (_, dataCoding, octets, text) => {
    await start();
    const client = await bound();
    const answer = await client.submit(sms({ data_coding: dataCoding, short_message: octets }));
    expect(answer?.command_status).toBe(0);
    expect(answer?.message_id).toMatch(/^[0-9A-F]{16}$/);
    expect(simulator.inbox(HANDSET)).toMatchObject([{ from: NUMBER, text, parts: 1, link: "smpp" }]);
  });

  const part = (reference: number, total: number, number: number, text: string) =>
    sms({
      esm_class: 0x40,
      short_message: Buffer.concat([Buffer.from([5, 0, 3, reference, total, number]), Buffer.from(text)]),
    });

  it("in parts in any order, some twice, arrives in one piece", async () => {
    await start();
    const client = await bound();
    for (const [number, text] of [
      [3, "three"],
      [1, "one "],
      [3, "three"],
      [2, "two "],
    ] as const) {
      expect((await client.submit(part(7, 3, number, text)))?.command_status).toBe(0);
    }
    expect(simulator.inbox(HANDSET)).toMatchObject([{ text: "one two three", parts: 3 }]);
  });

  it("in parts over two hosts of the carrier never arrives", async () => {
    await start({ smpp: { ports: [0, 0] } });
    const first = await bound();
    const second = await bound(undefined, SYSTEM_TYPE, simulator.smppPorts[1]!);
    await first.submit(part(7, 2, 1, "one "));
    await second.submit(part(7, 2, 2, "two"));
    expect(simulator.inbox(HANDSET)).toHaveLength(0);
    expect(simulator.stats().handsets.incomplete).toBe(2);
  });

  it("in parts over two binds arrives, but is counted; or never does, when that is wanted", async () => {
    await start();
    const binds = [await bound(), await bound()];
    await binds[0]!.submit(part(7, 2, 1, "one "));
    await binds[1]!.submit(part(7, 2, 2, "two"));
    expect(simulator.inbox(HANDSET)).toHaveLength(1);
    expect(simulator.stats().smpp.strayParts).toBe(1);
    await simulator.stop();

    await start({ smpp: { joinParts: "bind" } });
    const others = [await bound(), await bound()];
    await others[0]!.submit(part(7, 2, 1, "one "));
    await others[1]!.submit(part(7, 2, 2, "two"));
    expect(simulator.inbox(HANDSET)).toHaveLength(0);
  });

  it("in segments by TLV, and in one message_payload, arrives in one piece", async () => {
    await start();
    const client = await bound();
    const sar = { sar_msg_ref_num: 9, sar_total_segments: 2 };
    await client.submit(sms({ short_message: Buffer.from("two"), ...sar, sar_segment_seqnum: 2 }));
    await client.submit(sms({ short_message: Buffer.from("one "), ...sar, sar_segment_seqnum: 1 }));
    const long = "a".repeat(400);
    await client.submit(sms({ short_message: Buffer.alloc(0), message_payload: Buffer.from(long) }));
    expect(simulator.inbox(HANDSET)).toMatchObject([{ text: "one two" }, { text: long, parts: 3 }]);
  });

  it.each([
    ["a destination that is no number", 0x0b, { destination_addr: "+447700900001" }],
    ["no destination", 0x0b, { destination_addr: "" }],
    ["a sender that is not rented", 0x0a, { source_addr: "447418300099" }],
    ["no sender", 0x0a, { source_addr: "" }],
    ["161 septets in one message", 0x01, { short_message: Buffer.alloc(161, 65) }],
    ["71 characters of UCS-2", 0x01, { data_coding: 8, short_message: Buffer.alloc(142, 65) }],
    [
      "154 septets behind a header",
      0x01,
      {
        esm_class: 0x40,
        short_message: Buffer.concat([Buffer.from([5, 0, 3, 1, 2, 1]), Buffer.alloc(154, 65)]),
      },
    ],
    ["a header longer than the message", 0x43, { esm_class: 0x40, short_message: Buffer.from([9, 0]) }],
    ["an alphabet that nobody knows", 0x104, { data_coding: 13 }],
  ])("with %s is refused, and nobody gets it", async (_, status, fields) => {
    await start();
    const client = await bound();
    expect((await client.submit(sms(fields)))?.command_status).toBe(status);
    expect(simulator.inbox(HANDSET)).toHaveLength(0);
    expect(simulator.stats().smpp).toMatchObject({ submits: 1, accepted: 0, refused: 1 });
  });

  it("tells price, balance and network when TLV 0x1421 asks for them", async () => {
    await start();
    const client = await bound();
    const tlv = Buffer.from("1421000131", "hex");
    const header = Buffer.from("00000000000000040000000000000007", "hex");
    const frame = Buffer.concat([header, submitBody(), tlv]);
    frame.writeUInt32BE(frame.length, 0);
    client.write(frame);
    const answer = await eventually(
      () => client.received.find(({ command }) => command === "submit_sm_resp"),
      "the answer",
    );
    expect(String(answer[0x1422])).toBe("0.03330000");
    expect(String(answer[0x1423])).toMatch(/^\d+\.\d{8}$/);
    expect(String(answer[0x1402])).toBe("23410");
  });

  const submitBody = (): Buffer =>
    Buffer.concat([
      Buffer.from([0, 1, 1]),
      Buffer.from(`${NUMBER}\0`),
      Buffer.from([1, 1]),
      Buffer.from(`${HANDSET}\0`),
      Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 2]),
      Buffer.from("hi"),
    ]);

  it.each([
    ["a validity that is no time", { validity_period: "zzz" }, 0x62],
    ["a validity of the thirteenth month", { validity_period: "261301000000000+" }, 0x62],
    ["a priority beyond the highest", { priority_flag: 9 }, 0x06],
    ["a time at which it should leave", { schedule_delivery_time: "261201000000000+" }, 0x61],
    ["three octets of UCS-2", { data_coding: 8, short_message: Buffer.from("004100", "hex") }, 0x01],
  ])("with %s is refused", async (_, fields, status) => {
    await start();
    const client = await bound();
    const values = { short_message: Buffer.from("hi"), data_coding: 0, ...fields };
    client.write(submitFrame(values));
    const answer = await eventually(
      () => client.received.find(({ command }) => command === "submit_sm_resp"),
      "the refusal",
    );
    expect(answer.command_status).toBe(status);
  });

  it.each(["", "261201000000000+", "261201000000448-", "000000010000000R"])(
    "with the validity '%s' is taken",
    async (validity_period) => {
      await start();
      const client = await bound();
      client.write(submitFrame({ validity_period }));
      const answer = await eventually(
        () => client.received.find(({ command }) => command === "submit_sm_resp"),
        "the answer",
      );
      expect(answer.command_status).toBe(0);
    },
  );

  /** A submit_sm octet by octet: node-smpp would mend its times. */
  const submitFrame = (fields: {
    readonly validity_period?: string;
    readonly schedule_delivery_time?: string;
    readonly priority_flag?: number;
    readonly data_coding?: number;
    readonly short_message?: Buffer;
  }): Buffer => {
    const text = fields.short_message ?? Buffer.from("hi");
    const frame = Buffer.concat([
      Buffer.from("00000000000000040000000000000007", "hex"),
      Buffer.from([0, 1, 1]),
      Buffer.from(`${NUMBER}\0`),
      Buffer.from([1, 1]),
      Buffer.from(`${HANDSET}\0`),
      Buffer.from([0, 0, fields.priority_flag ?? 0]),
      Buffer.from(`${fields.schedule_delivery_time ?? ""}\0${fields.validity_period ?? ""}\0`),
      Buffer.from([1, 0, fields.data_coding ?? 0, 0, text.length]),
      text,
    ]);
    frame.writeUInt32BE(frame.length, 0);
    return frame;
  };

  it("whose lengths lie is refused, and the bind lives on", async () => {
    await start();
    const client = await bound();
    const lying = Buffer.concat([Buffer.from("00000000000000040000000000000063", "hex"), submitBody()]);
    lying.writeUInt32BE(lying.length, 0);
    lying[lying.length - 3] = 200;
    client.write(lying);
    const answer = await eventually(
      () => client.received.find(({ command }) => command === "submit_sm_resp"),
      "the refusal",
    );
    expect(answer).toMatchObject({ command_status: 0x01, sequence_number: 0x63 });
    expect((await client.submit(sms()))?.command_status).toBe(0);
  });

  it("goes nowhere when its number is a rented one, and is counted", async () => {
    await start();
    const client = await bound();
    expect((await client.submit(sms({ destination_addr: NUMBER })))?.command_status).toBe(0);
    expect(simulator.stats()).toMatchObject({ toVirtual: 1, smpp: { toVirtual: 1 } });
    await eventually(() => client.delivered.length === 1, "the receipt");
    expect(messageOf(client.delivered[0]!).text).toContain("stat:UNDELIV");
  });

  it("more than 30 a second is answered 0x58", async () => {
    await start({ limits: { smpp: 30 } });
    const client = await bound();
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.submit(sms())));
    expect(answers.filter((answer) => answer?.command_status === 0x58)).toHaveLength(10);
    expect(simulator.inbox(HANDSET)).toHaveLength(30);
  });
});

describe("a stream of rubbish", () => {
  it.each([
    ["a length of 0", "00000000"],
    ["a length of 15", "0000000f000000150000000000000001"],
    ["a length beyond all bounds", "7fffffff000000150000000000000001"],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n").toString("hex")],
  ])("of %s is answered generic_nack 0x02 and cut off; others are not disturbed", async (_, hex) => {
    await start();
    const bystander = await bound();
    const socket = createConnection({ port: simulator.smppPort, host: "127.0.0.1" });
    const chunks: Buffer[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.write(Buffer.from(hex, "hex"));
    await promise;
    expect(Buffer.concat(chunks).toString("hex")).toBe("00000010800000000000000200000000");
    expect((await bystander.submit(sms()))?.command_status).toBe(0);
    expect(simulator.stats().smpp.malformed).toBe(1);
  });

  it("of a PDU in single octets is still a PDU", async () => {
    await start();
    const socket = createConnection({ port: simulator.smppPort, host: "127.0.0.1", noDelay: true });
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    socket.on("data", resolve);
    for (const octet of Buffer.from("00000010000000150000000000000009", "hex")) {
      await new Promise((done) => socket.write(Buffer.from([octet]), done));
    }
    expect((await promise).toString("hex")).toBe("00000010800000150000000000000009");
    socket.destroy();
  });
});

describe("a receipt over SMPP", () => {
  const receiptOf = async (client: Esme) => {
    await eventually(() => client.delivered.length > 0, "the receipt");
    return client.delivered[0]!;
  };

  it("names the message in decimal in its text, and as it was in TLV 0x001E", async () => {
    await start();
    const client = await bound();
    const id = String((await client.submit(sms()))?.message_id);
    const receipt = await receiptOf(client);
    expect(receipt).toMatchObject({
      esm_class: 0x04,
      source_addr: HANDSET,
      destination_addr: NUMBER,
      receipted_message_id: id,
      message_state: 2,
    });
    expect(messageOf(receipt).text).toMatch(
      /^id:\d+ sub:001 dlvrd:001 submit date:\d{10} done date:\d{10} stat:DELIVRD err:000 text:none$/,
    );
    const decimal = /^id:(\d+)/.exec(messageOf(receipt).text)![1]!;
    expect(BigInt(decimal)).toBe(BigInt(`0x${id}`));
    await eventually(() => simulator.stats().smpp.receiptAcks === 1, "the acknowledgement");
  });

  it.each(["hex16", "hex32", "uuid"] as const)(
    "names a %s id as it is, without a TLV, when asked",
    async (form) => {
      await start({ messageIds: form, smpp: { receiptId: "same", receiptTlv: false } });
      const client = await bound();
      const id = String((await client.submit(sms()))?.message_id);
      const receipt = await receiptOf(client);
      expect(messageOf(receipt).text).toContain(`id:${id} sub`);
      expect(receipt.receipted_message_id).toBeUndefined();
    },
  );

  it("comes only when it is asked for, and only for failures when only these are", async () => {
    await start();
    const client = await bound();
    await client.submit(sms({ registered_delivery: 0 }));
    await client.submit(sms({ registered_delivery: 2 }));
    simulator.setFaults({ receipts: { failPercent: 100 } });
    await client.submit(sms({ registered_delivery: 2 }));
    expect(messageOf(await receiptOf(client)).text).toContain("stat:UNDELIV err:001");
    expect(simulator.stats().smpp.receipts).toBe(1);
  });

  it("comes to a receiver when the message came from a transmitter, and waits when nobody is there", async () => {
    await start();
    const transmitter = connect();
    await transmitter.bind("transmitter");
    await transmitter.submit(sms());
    await eventually(() => simulator.stats().smpp.pending === 1, "the waiting receipt");
    const receiver = connect();
    await receiver.bind("receiver");
    await receiptOf(receiver);
    expect(transmitter.delivered).toHaveLength(0);
  });

  it("comes before the response when the faults want it", async () => {
    await start();
    simulator.setFaults({ receipts: { firstPercent: 100 }, latencyMs: "50ms" });
    const client = await bound();
    const answer = client.submit(sms());
    const receipt = await receiptOf(client);
    expect(client.received.some(({ command }) => command === "submit_sm_resp")).toBe(false);
    expect((await answer)?.message_id).toBe(receipt.receipted_message_id);
  });
});

describe("a handset's text", () => {
  const textsOf = (pdus: readonly PDU[]) => pdus.map((pdu) => messageOf(pdu).text);

  it("goes to the binds of the number's system type, in turn, and to no other", async () => {
    await start({ order: "free" });
    const [first, second] = [await bound(), await bound()];
    const stranger = await bound(undefined, "other");
    for (let index = 0; index < 10; index += 1) simulator.text(HANDSET, NUMBER, `text ${index}`);
    await eventually(() => simulator.stats().smpp.acks === 10, "ten acknowledgements");
    expect([first.delivered.length, second.delivered.length, stranger.delivered.length]).toEqual([5, 5, 0]);
    expect(first.delivered[0]).toMatchObject({
      source_addr: HANDSET,
      destination_addr: NUMBER,
      esm_class: 0,
      data_coding: 0,
    });
  });

  it("arrives as it was typed, in parts with a header when it is long", async () => {
    await start();
    const client = await bound();
    simulator.text(HANDSET, NUMBER, "£5 {€} @_");
    await eventually(() => client.delivered.length === 1, "the text");
    expect(textsOf(client.delivered)).toEqual(["£5 {€} @_"]);

    const long = "Ünïcode 😀 ".repeat(20);
    simulator.text(HANDSET, NUMBER, long);
    await eventually(() => simulator.stats().handsets.waiting === 0, "all parts");
    const parts = client.delivered.slice(1);
    expect(parts.every((pdu) => pdu.esm_class === 0x40 && pdu.data_coding === 8)).toBe(true);
    const inOrder = parts.toSorted((a, b) => messageOf(a).header[4]! - messageOf(b).header[4]!);
    expect(messageOf(inOrder[0]!).header).toEqual([0, 3, 1, parts.length, 1]);
    expect(textsOf(inOrder).join("")).toBe(long);
  });

  it.each([0x58, 0x08, 0x14, 0x45, 0x67, 0xfe, 0xff])("answered %i comes again", async (status) => {
    await start({ smpp: { retry: { firstMs: 5, factor: 1, maxMs: 5, attempts: 10, horizonMs: 60_000 } } });
    const client = await bound({ answer: (_, count) => (count <= 2 ? status : 0) });
    simulator.text(HANDSET, NUMBER, "again");
    await eventually(() => simulator.stats().smpp.acks === 1, "the acknowledgement");
    expect(textsOf(client.delivered)).toEqual(["again", "again", "again"]);
    expect(simulator.stats().smpp).toMatchObject({ delivers: 3, retries: 2, lost: 0 });
  });

  it.each([0x64, 0x65, 0x0b])("answered %i is lost, and counted", async (status) => {
    await start();
    const client = await bound({ answer: () => status });
    simulator.text(HANDSET, NUMBER, "once");
    await eventually(() => simulator.stats().smpp.lost === 1, "the loss");
    expect(client.delivered).toHaveLength(1);
  });

  it("that was never acknowledged comes again, over another bind or the next one", async () => {
    await start();
    const mute = await bound({ answer: () => undefined });
    simulator.text(HANDSET, NUMBER, "in doubt");
    await eventually(() => mute.delivered.length === 1, "the first try");
    mute.close();
    await eventually(() => simulator.stats().smpp.bound === 0, "the end of the bind");
    const next = await bound();
    await eventually(() => next.delivered.length === 1, "the second try");
    expect(textsOf(next.delivered)).toEqual(["in doubt"]);
  });

  it("comes again when no answer comes in time", async () => {
    await start({ smpp: { deliverTimeoutMs: 50 } });
    const client = await bound({ answer: (_, count) => (count === 1 ? undefined : 0) });
    simulator.text(HANDSET, NUMBER, "hello?");
    await eventually(() => simulator.stats().smpp.acks === 1, "the acknowledgement");
    expect(client.delivered).toHaveLength(2);
  });

  it("goes to the webhook while nobody is bound, unless somebody may have it already", async () => {
    const sink = await webhookSink();
    await start({
      smpp: { window: 1 },
      rented: [
        { country: "GB", msisdn: NUMBER, moSmppSysType: SYSTEM_TYPE, moHttpUrl: `${sink.url}/inbound` },
      ],
    });
    simulator.text(HANDSET, NUMBER, "over HTTP");
    await eventually(() => sink.on("/inbound").length === 1, "the webhook");

    const mute = await bound({ answer: () => undefined });
    simulator.text(HANDSET, NUMBER, "in doubt");
    await eventually(() => mute.delivered.length === 1, "the first try");
    simulator.text("447700900002", NUMBER, "over HTTP too");
    await eventually(() => simulator.stats().smpp.pending === 2, "one more in the queue");
    mute.close();
    await eventually(() => simulator.stats().smpp.bound === 0, "the end of the bind");
    await eventually(() => sink.on("/inbound").length === 2, "the second webhook");
    const next = await bound();
    await eventually(() => next.delivered.length === 1, "the text in doubt");
    expect(sink.on("/inbound").map(({ params }) => params.text)).toEqual(["over HTTP", "over HTTP too"]);
    await sink.stop();
  });

  it("goes to the webhook when the only bind said 'later' and went away", async () => {
    const sink = await webhookSink();
    await start({
      rented: [
        { country: "GB", msisdn: NUMBER, moSmppSysType: SYSTEM_TYPE, moHttpUrl: `${sink.url}/inbound` },
      ],
    });
    const client = await bound({ answer: () => 0x08 });
    simulator.text(HANDSET, NUMBER, "in two parts ".repeat(15));
    await eventually(() => client.delivered.length === 2, "both parts refused for now");
    client.close();
    await eventually(() => sink.on("/inbound").length === 2, "both parts over HTTP");
    expect(simulator.stats().smpp).toMatchObject({ acks: 0, lost: 0 });
    await sink.stop();
  });

  it("waits for a bind when there is no webhook either", async () => {
    await start();
    simulator.text(HANDSET, NUMBER, "patience");
    const client = await bound();
    await eventually(() => client.delivered.length === 1, "the text");
    expect(textsOf(client.delivered)).toEqual(["patience"]);
  });
});

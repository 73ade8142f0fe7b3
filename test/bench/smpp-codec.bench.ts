/**
 * What the SMPP layer costs without storage, beside node-smpp on the same bytes: nanoseconds per PDU, then the CPU of a relay that
 * turns each deliver_sm into a submit_sm. Run: `node test/bench/smpp-codec.bench.ts [window] [messages]`.
 */
import { fork } from "node:child_process";
import net, { type AddressInfo } from "node:net";
import smpp, { type PDU, type Session } from "smpp";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { decode, encode, writePdu } from "#adapters/smpp/protocol/codec.ts";
import { createFramer } from "#adapters/smpp/protocol/framing.ts";
import { NO_TLVS, type Pdu, type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { destinationOf, shortMessageOf, sourceOf } from "#adapters/smpp/protocol/received-message.ts";
import { createSmppConnection } from "#adapters/smpp/session/connection.ts";
import { createOutgoing } from "#adapters/smpp/session/outgoing.ts";
import { SMPP_34 } from "#adapters/smpp/smpp34.ts";

const message: ShortMessage = {
  serviceType: "",
  sourceTon: 1,
  sourceNpi: 1,
  source: "447700900001",
  destinationTon: 1,
  destinationNpi: 1,
  destination: "447700900000",
  esmClass: 0,
  protocolId: 0,
  priority: 0,
  scheduleTime: "",
  validityPeriod: "",
  registeredDelivery: 1,
  replaceIfPresent: 0,
  dataCoding: 0,
  defaultMessageId: 0,
  shortMessage: Buffer.from("Hi, I am outside, next to the blue van. See you in 5 min"),
  tlvs: NO_TLVS,
};

function nanoseconds(work: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 50_000; i += 1) work();
    rounds.push(Number(process.hrtime.bigint() - start) / 50_000);
  }
  return rounds.toSorted((a, b) => a - b)[3]!;
}

function codec(): void {
  const target = Buffer.alloc(1_000);
  const pdus: Pdu[] = [
    { kind: "deliver_sm", sequence: 1, message },
    { kind: "submit_sm", sequence: 1, message },
    { kind: "deliver_sm_resp", sequence: 1, status: 0, messageId: "", tlvs: NO_TLVS },
    { kind: "submit_sm_resp", sequence: 1, status: 0, messageId: "0C000000217B7F02", tlvs: NO_TLVS },
  ];
  for (const pdu of pdus) {
    const bytes = encode(pdu);
    const { command, ...fields } = new smpp.PDU(bytes) as PDU;
    const row = {
      pdu: pdu.kind,
      decodeNs: nanoseconds(() => decode(bytes, 0, bytes.length)),
      nodeSmppDecodeNs: nanoseconds(() => new smpp.PDU(bytes)),
      encodeNs: nanoseconds(() => writePdu(target, 0, pdu)),
      nodeSmppEncodeNs: nanoseconds(() => new smpp.PDU(command, { ...fields }).toBuffer()),
    };
    console.log(JSON.stringify(row, (_, value) => (typeof value === "number" ? Math.round(value) : value)));
  }
}

/** The other side of the relay: keeps `window` deliver_sm unanswered, answers submit_sm, counts. */
function generator(window: number, total: number): void {
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    const frames = createFramer();
    const out = createOutgoing();
    let sent = 0;
    let relayed = 0;
    let start = 0;
    const deliver = () => {
      if (sent >= total) return;
      sent += 1;
      out.add({ kind: "deliver_sm", sequence: sent, message });
    };
    socket.on("data", (chunk) => {
      frames.feed(chunk);
      while (frames.next() === "frame") {
        const { bytes, start: from, end } = frames.frame;
        const pdu = decode(bytes, from, end);
        if (pdu.kind === "bind") {
          out.add({ kind: "bind_resp", sequence: pdu.sequence, status: 0, type: pdu.type });
          start = performance.now();
          for (let i = 0; i < window; i += 1) deliver();
        } else if (pdu.kind === "deliver_sm_resp") deliver();
        else if (pdu.kind === "enquire_link")
          out.add({ kind: "enquire_link_resp", sequence: pdu.sequence, status: 0 });
        else if (pdu.kind === "submit_sm") {
          relayed += 1;
          out.add({
            kind: "submit_sm_resp",
            sequence: pdu.sequence,
            status: 0,
            messageId: relayed.toString(16),
            tlvs: NO_TLVS,
          });
        }
      }
      out.flush((bytes, done) => socket.write(bytes, done));
      if (relayed === total) process.send!({ seconds: (performance.now() - start) / 1_000 });
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port }));
}

function ours(port: number, window: number): () => unknown {
  const connection = createSmppConnection<undefined>(
    {
      profile: SMPP_34,
      endpoint: { host: "127.0.0.1", port },
      credentials: { systemId: "b", password: "b", systemType: "" },
      bindType: "transceiver",
      windowMax: 4 * window,
      waitingMax: 4 * window,
    },
    {
      onDeliver(delivery) {
        const { message: from } = delivery;
        const turned = { source: destinationOf(from), destination: sourceOf(from) };
        connection.submit({ ...message, ...turned, shortMessage: shortMessageOf(from) }, undefined);
        connection.answer(delivery, STATUS.ok);
      },
      onOutcome: () => undefined,
      onFault: (error) => console.error(error),
    },
    createRedeliveries(),
  );
  connection.start();
  return () => connection.stop(0);
}

function nodeSmpp(port: number): () => unknown {
  const session: Session = smpp.connect({ host: "127.0.0.1", port, noDelay: true });
  session.on("connect", () =>
    session.send(new smpp.PDU("bind_transceiver", { system_id: "b", password: "b" })),
  );
  session.on("deliver_sm", (pdu: PDU) => {
    session.send(pdu.response());
    const { source_addr, destination_addr, short_message, data_coding } = pdu;
    session.submit_sm(
      { source_addr: destination_addr, destination_addr: source_addr, short_message, data_coding },
      () => undefined,
    );
  });
  return () => session.destroy();
}

async function relay(
  name: string,
  open: (port: number, window: number) => () => unknown,
  window: number,
  total: number,
) {
  const child = fork(import.meta.filename, ["generator", String(window), String(total)]);
  const said = () =>
    new Promise<Record<string, number>>((resolve) =>
      child.once("message", (value) => resolve(value as never)),
    );
  const { port } = await said();
  const before = process.cpuUsage();
  const close = open(port!, window);
  const { seconds } = await said();
  const { user, system } = process.cpuUsage(before);
  await close();
  child.kill();
  const row = {
    relay: name,
    window,
    perSecond: Math.round(total / seconds!),
    cpuMicrosPerMessage: (user + system) / total,
  };
  console.log(JSON.stringify(row));
}

const [first = "100", second = "100000", third = ""] = process.argv.slice(2);
if (first === "generator") generator(Number(second), Number(third));
else {
  codec();
  for (let round = 0; round < 3; round += 1) {
    await relay("node-smpp", nodeSmpp, Number(first), Math.ceil(Number(second) / 5));
    await relay("ours", ours, Number(first), Number(second));
  }
  process.exit();
}

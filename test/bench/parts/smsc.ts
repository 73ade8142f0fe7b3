import { randomFillSync } from "node:crypto";
import net, { type AddressInfo, type Socket } from "node:net";
import { decode } from "#adapters/smpp/protocol/codec.ts";
import { createFramer } from "#adapters/smpp/protocol/framing.ts";
import { NO_TLVS, type ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { destinationOf, type ReceivedMessage, sourceOf } from "#adapters/smpp/protocol/received-message.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { createOutgoing } from "#adapters/smpp/session/outgoing.ts";
import { tlvBytes } from "#test/adapters/smpp/tlv-bytes.ts";
import { type Cast, cpuOfAll } from "./cpu.ts";
import { type Findings, handsetLedger } from "./handset-ledger.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { shuffledPairs, type Way, wayOf } from "./traffic-plan.ts";

export interface SmscOptions {
  readonly pairs: number;
  /** `with`: each submit_sm is reported as delivered at once. `later`: when told to. */
  readonly receipts: "with" | "later";
}

/** One run: texts at a window or at a rate, measured after a while of warming up. */
export interface RunCommand {
  /** Texts without an answer at most. */
  readonly window: number;
  /** Texts a second; null: as fast as the window lets. */
  readonly rate: number | null;
  /** Whether everybody texts once before, so that who talks to whom is at hand as it is in a system that has run for a while. */
  readonly greet?: boolean;
  readonly warmMs: number;
  readonly measureMs: number;
  /** How long all that is under way may take to come to its end afterwards; absent: 20 seconds. */
  readonly drainMs?: number;
  /** Processes whose CPU is to be read. */
  readonly cast: Cast;
}

export interface RunResult {
  readonly perSecond: number;
  readonly messages: number;
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** From deliver_sm to submit_sm. */
  readonly latency: Percentiles;
  /** From deliver_sm to its answer. */
  readonly acknowledgement: Percentiles;
  /** Texts that left more than 5 ms after their time: the generator itself was late. */
  readonly lateSends: number;
  readonly findings: Findings;
  readonly refused: number;
  readonly receiptsRefused: number;
}

/** All that is under way may take so long to come to its end. */
const DRAIN_MS = 20_000;
/** What was refused for now comes again after this. */
const AGAIN_MS = 100;
/** While everybody texts once. */
const GREETING_WINDOW = 500;
const ID_POOL = 8 * 1_024;

interface Bind {
  readonly socket: Socket;
  readonly out: ReturnType<typeof createOutgoing>;
  /** By sequence number: what waits for an answer. */
  readonly deliveries: Map<number, Delivery>;
  sequence: number;
  flushing: boolean;
}

type Delivery =
  | { readonly kind: "text"; readonly number: number }
  | { readonly kind: "receipt"; readonly id: string; readonly number: number };

const RECEIPT_CLASS = 0x04;
const DELIVERED = 2;

export const startSmsc = ({ pairs, receipts }: SmscOptions, tell: (telling: object) => void): void => {
  const order = shuffledPairs(pairs);
  const ways: (Way | undefined)[] = new Array(pairs);
  const wayOfText = (number: number): Way => {
    const pair = order[number % pairs]!;
    ways[pair] ??= wayOf(pair);
    return ways[pair];
  };
  const ledger = handsetLedger(pairs, wayOfText);
  const binds = new Set<Bind>();
  /** What the peer could not take, or was cut off with: it comes again. */
  const again: Delivery[] = [];
  const postponed: Delivery[] = [];
  let command: RunCommand | null = null;
  let sending = false;
  let next = 0;
  let outstanding = 0;
  let startedAt = 0;
  let sentSinceStart = 0;
  let refused = 0;
  let receiptsRefused = 0;
  let receiptsOpen = 0;
  let receiptsAnswered = 0;
  let measuring = false;
  let lateSends = 0;
  const sentAt: number[] = [];
  let latencies: number[] = [];
  let acknowledgements: number[] = [];
  const ids = randomIds();

  const messageOf = (delivery: Delivery): ShortMessage =>
    delivery.kind === "text"
      ? textOf(wayOfText(delivery.number), delivery.number)
      : receiptOf(delivery, wayOfText(delivery.number));

  const bring = (bind: Bind, delivery: Delivery): void => {
    bind.sequence = bind.sequence === 0x7fffffff ? 1 : bind.sequence + 1;
    bind.deliveries.set(bind.sequence, delivery);
    bind.out.add({ kind: "deliver_sm", sequence: bind.sequence, message: messageOf(delivery) });
    flushSoon(bind);
  };

  const flushSoon = (bind: Bind): void => {
    if (bind.flushing) return;
    bind.flushing = true;
    setImmediate(() => {
      bind.flushing = false;
      if (bind.socket.writable) bind.out.flush((bytes, done) => bind.socket.write(bytes, done));
    });
  };

  let turn = 0;
  const anyBind = (): Bind | undefined => {
    if (binds.size === 1) return binds.values().next().value;
    const all = [...binds];
    return all[turn++ % Math.max(1, all.length)];
  };

  /** Sends what window and rate allow. */
  const pump = (): void => {
    if (binds.size === 0) return;
    while (again.length > 0) {
      const delivery = again.shift()!;
      bring(anyBind()!, delivery);
    }
    if (!sending || command === null) return;
    const { window, rate } = command;
    const now = performance.now();
    const due =
      rate === null ? Number.POSITIVE_INFINITY : ((now - startedAt) * rate) / 1_000 - sentSinceStart;
    for (let n = 0; n < due && outstanding < window; n += 1) {
      if (rate !== null && measuring && now - (startedAt + (sentSinceStart * 1_000) / rate) > 5)
        lateSends += 1;
      sentAt[next] = now;
      outstanding += 1;
      sentSinceStart += 1;
      bring(anyBind()!, { kind: "text", number: next });
      next += 1;
    }
  };

  const onAnswer = (bind: Bind, sequence: number, status: number): void => {
    const delivery = bind.deliveries.get(sequence);
    if (delivery === undefined) return;
    bind.deliveries.delete(sequence);
    if (status !== 0) {
      if (delivery.kind === "text") refused += 1;
      else receiptsRefused += 1;
      postponed.push(delivery);
      return;
    }
    if (delivery.kind === "text") {
      outstanding -= 1;
      ledger.acknowledged(delivery.number);
      if (measuring) acknowledgements.push(performance.now() - sentAt[delivery.number]!);
    } else {
      receiptsOpen -= 1;
      receiptsAnswered += 1;
      onReceiptAnswered();
    }
  };

  const unreported: { id: string; number: number }[] = [];

  const onSubmit = (bind: Bind, sequence: number, message: ReceivedMessage): void => {
    const { bytes, textAt } = message;
    const number = Number.parseInt(bytes.toString("latin1", textAt, textAt + 12), 10);
    const id = ids();
    bind.out.add({ kind: "submit_sm_resp", sequence, status: 0, messageId: id, tlvs: NO_TLVS });
    flushSoon(bind);
    // A text of a broadcast, which nobody here has written.
    if (Number.isNaN(number)) return;
    if (measuring) latencies.push(performance.now() - sentAt[number]!);
    ledger.arrived(number, sourceOf(message), destinationOf(message));
    if (receipts === "with") {
      receiptsOpen += 1;
      bring(bind, { kind: "receipt", id, number });
    } else unreported.push({ id, number });
  };

  const server = net.createServer({ noDelay: true }, (socket) => {
    const frames = createFramer();
    const bind: Bind = { socket, out: createOutgoing(), deliveries: new Map(), sequence: 0, flushing: false };
    socket.on("data", (chunk) => {
      frames.feed(chunk);
      while (frames.next() === "frame") {
        const { bytes, start, end } = frames.frame;
        const pdu = decode(bytes, start, end);
        switch (pdu.kind) {
          case "submit_sm":
            onSubmit(bind, pdu.sequence, pdu.message);
            break;
          case "deliver_sm_resp":
            onAnswer(bind, pdu.sequence, pdu.status);
            break;
          case "enquire_link":
            bind.out.add({ kind: "enquire_link_resp", sequence: pdu.sequence, status: 0 });
            flushSoon(bind);
            break;
          case "bind":
            bind.out.add({ kind: "bind_resp", sequence: pdu.sequence, status: 0, type: pdu.type });
            flushSoon(bind);
            binds.add(bind);
            tell({ bound: binds.size });
            break;
          case "unbind":
            bind.out.add({ kind: "unbind_resp", sequence: pdu.sequence, status: 0 });
            flushSoon(bind);
            binds.delete(bind);
            break;
        }
      }
      pump();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      binds.delete(bind);
      again.push(...bind.deliveries.values());
      bind.deliveries.clear();
    });
  });

  let onReceiptAnswered = (): void => {};

  const run = async (wanted: RunCommand): Promise<void> => {
    command = wanted;
    const ticking = setInterval(pump, 1);
    const postponing = setInterval(() => {
      again.push(...postponed.splice(0));
    }, AGAIN_MS);
    if (wanted.greet) await greet(wanted);
    command = wanted;
    startedAt = performance.now();
    sentSinceStart = 0;
    sending = true;
    pump();
    await pause(wanted.warmMs);
    measuring = true;
    lateSends = 0;
    latencies = [];
    acknowledgements = [];
    const before = reading(wanted.cast);
    tell({ measuring: true });
    await pause(wanted.measureMs);
    const after = reading(wanted.cast);
    tell({ measured: true });
    measuring = false;
    sending = false;
    const until = performance.now() + (wanted.drainMs ?? DRAIN_MS);
    while (performance.now() < until && (outstanding > 0 || receiptsOpen > 0 || ledger.open() > 0))
      await pause(10);
    clearInterval(ticking);
    clearInterval(postponing);
    const seconds = (after.at - before.at) / 1_000;
    const messages = after.arrived - before.arrived;
    const cpuMicros: Record<string, number> = {};
    for (const [name, micros] of Object.entries(after.cpu)) cpuMicros[name] = micros - before.cpu[name]!;
    const result: RunResult = {
      perSecond: messages / seconds,
      messages,
      cpuMicros,
      latency: percentiles(latencies),
      acknowledgement: percentiles(acknowledgements),
      lateSends,
      findings: ledger.findings(),
      refused,
      receiptsRefused,
    };
    tell({ result });
  };

  const greet = async (wanted: RunCommand): Promise<void> => {
    command = { ...wanted, window: GREETING_WINDOW, rate: null };
    sending = true;
    pump();
    while (next < pairs) await pause(1);
    sending = false;
    while (outstanding > 0) await pause(1);
  };

  const reading = (cast: Cast) => ({
    at: performance.now(),
    arrived: ledger.arrivals(),
    cpu: cpuOfAll({ ...cast, generator: process.pid }),
  });

  /** Brings the receipts that were kept back, so many at a time. */
  const report = async ({ window, cast }: { window: number; cast: Cast }): Promise<void> => {
    const total = unreported.length;
    const began = reading(cast);
    const answeredBefore = receiptsAnswered;
    const refill = (): void => {
      while (receiptsOpen < window && unreported.length > 0) {
        receiptsOpen += 1;
        const { id, number } = unreported.pop()!;
        bring(anyBind()!, { kind: "receipt", id, number });
      }
    };
    onReceiptAnswered = refill;
    const ticking = setInterval(() => {
      again.push(...postponed.splice(0));
      pump();
    }, AGAIN_MS);
    refill();
    while (receiptsAnswered - answeredBefore < total) await pause(1);
    clearInterval(ticking);
    onReceiptAnswered = () => {};
    const ended = reading(cast);
    const cpuMicros: Record<string, number> = {};
    for (const [name, micros] of Object.entries(ended.cpu)) cpuMicros[name] = micros - began.cpu[name]!;
    tell({
      reported: { messages: total, seconds: (ended.at - began.at) / 1_000, cpuMicros, receiptsRefused },
    });
  };

  process.on(
    "message",
    (message: { run?: RunCommand; report?: { window: number; cast: Cast }; cut?: true; count?: true }) => {
      if (message.run) void run(message.run);
      if (message.report) void report(message.report);
      if (message.cut) for (const { socket } of binds) socket.destroy();
      if (message.count) tell({ counted: { ...ledger.findings(), next, outstanding } });
    },
  );

  server.listen(0, "127.0.0.1", () => tell({ port: (server.address() as AddressInfo).port }));
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ids as carriers give them, at random, so that no index is filled in order. */
const randomIds = (): (() => string) => {
  const pool = Buffer.alloc(ID_POOL);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += 16;
    return pool.toString("hex", at - 16, at);
  };
};

const NO_TIME = "";
const fixed = {
  serviceType: "",
  sourceTon: 1,
  sourceNpi: 1,
  destinationTon: 1,
  destinationNpi: 1,
  protocolId: 0,
  priority: 0,
  scheduleTime: NO_TIME,
  validityPeriod: NO_TIME,
  registeredDelivery: 0,
  replaceIfPresent: 0,
  dataCoding: 0,
  defaultMessageId: 0,
} as const;

const textOf = ({ from, to }: Way, number: number): ShortMessage => ({
  ...fixed,
  source: from,
  destination: to,
  esmClass: 0,
  shortMessage: Buffer.from(`${number} I am outside, next to the blue van. See you in five`, "latin1"),
  tlvs: NO_TLVS,
});

const DELIVERED_STATE = Buffer.of(DELIVERED);

const receiptOf = ({ id }: { readonly id: string }, { source, destination }: Way): ShortMessage => ({
  ...fixed,
  source: destination,
  destination: source,
  esmClass: RECEIPT_CLASS,
  shortMessage: Buffer.from(
    `id:${id} sub:001 dlvrd:001 submit date:2601010101 done date:2601010101 stat:DELIVRD err:000 text:`,
    "latin1",
  ),
  tlvs: tlvBytes(
    { tag: TAG.receiptedMessageId, value: Buffer.from(`${id}\0`, "latin1") },
    { tag: TAG.messageState, value: DELIVERED_STATE },
  ),
});

import { describe, expect, it } from "vitest";
import { createDeliverSmHandler, type IgnoredReason } from "#adapters/smpp/delivery/deliver-sm-handler.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound-sink.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { createDelivery, type Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import { OPTED_OUT, type Receipt } from "#core/domain/receipt.ts";
import type { DedupStatus, Resolution, UnconfirmedKey } from "#core/domain/redelivery.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { tlvBytes } from "./tlv-bytes.ts";

/** A text in storage. */
interface Stored {
  status: DedupStatus;
  readonly acceptedAt: number;
  resolved: Resolution | null;
}

/** A process that accepts texts, over a storage that others use too. */
const createGateway = (
  stored: Map<string, Stored>,
  change: Partial<InboundSink> = {},
  redeliveries = createRedeliveries(),
) => {
  const time = virtualTime(0);
  const written: string[] = [];
  const answers: (readonly [sequence: number, status: number])[] = [];
  const unconfirmed: UnconfirmedKey[] = [];
  const ignored: IgnoredReason[] = [];
  const gone = new Set<number>();
  let sequence = 0;
  const { handle } = createDeliverSmHandler({
    sink: {
      offer: ({ key, receivedAt }, done) => {
        if (stored.has(key)) return done("known");
        stored.set(key, { status: "settled", acceptedAt: receivedAt, resolved: null });
        written.push(key);
        done("accepted");
      },
      offerReceipt: (_, done) => done("accepted"),
      checkDuplicate: async (keys) =>
        keys.map((key) => stored.get(key) ?? { status: "free", acceptedAt: null, resolved: null }),
      resolveUnconfirmed: async (key) => {
        const text = stored.get(key);
        const isFirst = text?.status === "unconfirmed";
        if (text !== undefined) text.status = "settled";
        return isFirst;
      },
      matchSent: async () => "unknown",
      ...change,
    },
    profile: VONAGE,
    redeliveries,
    clock: time.clock,
    ids: { next: () => `id-${sequence}` },
    now: () => time.clock.now(),
    after: time.timer.after,
    isWaiting: ({ sequence: which }) => !gone.has(which),
    answer: (delivery, status) => answers.push([delivery.sequence, status]),
    onUnconfirmed: (key) => unconfirmed.push(key),
    onIgnored: (reason) => ignored.push(reason),
    onFault: (error) => {
      throw error;
    },
  });
  const deliver = (text: string, change: Partial<ShortMessage> = {}): Delivery => {
    sequence += 1;
    const message = received({ ...noMessage, shortMessage: Buffer.from(text, "latin1"), ...change });
    const delivery = createDelivery("s", sequence, message, time.clock.now());
    const earlier = redeliveries.earlierKey(delivery);
    delivery.key = earlier;
    delivery.isRepeated = earlier !== null;
    handle(delivery);
    return delivery;
  };
  return {
    time,
    written,
    answers,
    unconfirmed,
    ignored,
    deliver,
    /** The link of a delivery goes: it may come again. */
    cut: (delivery: Delivery) => {
      gone.add(delivery.sequence);
      redeliveries.suspect(delivery);
      if (delivery.key !== null) unconfirmed.push(delivery.key);
    },
  };
};

/** What another process has accepted: the same text, so often. */
const acceptedByOther = async (
  text: string,
  statuses: readonly DedupStatus[],
): Promise<Map<string, Stored>> => {
  const stored = new Map<string, Stored>();
  const other = createGateway(stored);
  for (const _ of statuses) other.deliver(text);
  await other.time.pass(0);
  for (const [ordinal, key] of other.written.entries())
    stored.set(key, { status: statuses[ordinal]!, acceptedAt: -1_000, resolved: null });
  return stored;
};

describe("a text that another process accepted before", () => {
  it("is a new one when the carrier knows of the first: it is written under the next free key", async () => {
    const stored = await acceptedByOther("ok", ["settled", "settled", "settled"]);
    const here = createGateway(stored);
    for (let i = 0; i < 3; i += 1) here.deliver("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(3);
    expect(stored.size).toBe(6);
    expect(here.answers.map(([, status]) => status)).toEqual([STATUS.ok, STATUS.ok, STATUS.ok]);
  });

  it("is the repetition when the first is unconfirmed: acknowledged, not written, and once for each", async () => {
    const here = createGateway(await acceptedByOther("ok", ["settled", "unconfirmed", "unconfirmed"]));
    for (let i = 0; i < 3; i += 1) here.deliver("ok");
    await here.time.pass(0);
    expect(here.answers.map(([, status]) => status)).toEqual([STATUS.ok, STATUS.ok, STATUS.ok]);
    expect(here.written).toHaveLength(1);
  });

  it("waits until that is known", async () => {
    const stored = await acceptedByOther("ok", ["open"]);
    const here = createGateway(stored);
    here.deliver("ok");
    await here.time.pass(2_000);
    expect(here.answers).toEqual([]);
    for (const text of stored.values()) text.status = "unconfirmed";
    await here.time.pass(200);
    expect(here.answers).toEqual([[1, STATUS.ok]]);
    expect(here.written).toEqual([]);
  });

  it("is neither written nor suspected when its link goes before that is known: it will come again", async () => {
    const stored = await acceptedByOther("ok", ["open"]);
    const here = createGateway(stored);
    const left = here.deliver("ok");
    await here.time.pass(1_000);
    expect(left.key).toBeNull();
    here.cut(left);
    for (const text of stored.values()) text.status = "settled";
    await here.time.pass(2_000);
    expect(here.written).toEqual([]);
    here.deliver("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(1);
  });

  it("is refused for now when it is not known in time, and then looked at anew", async () => {
    const stored = await acceptedByOther("ok", ["open"]);
    const here = createGateway(stored);
    const refused = here.deliver("ok");
    await here.time.pass(5_000);
    expect(here.answers).toEqual([[1, STATUS.systemError]]);
    expect(refused.key).toBeNull();
    expect(here.unconfirmed).toEqual([]);
    for (const text of stored.values()) text.status = "settled";
    here.deliver("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(1);
    expect(here.answers).toEqual([
      [1, STATUS.systemError],
      [2, STATUS.ok],
    ]);
  });
});

it("a text that is not written in time is refused for now, while the write goes on, and is unconfirmed", async () => {
  const { promise, resolve } = Promise.withResolvers<"accepted">();
  const here = createGateway(new Map(), { offer: (_, done) => void promise.then(done) });
  const slow = here.deliver("Slow");
  await here.time.pass(5_000);
  expect(here.answers).toEqual([[1, STATUS.systemError]]);
  expect(here.unconfirmed).toEqual([slow.key]);
  resolve("accepted");
  await here.time.pass(0);
  expect(here.answers).toHaveLength(1);
  expect(slow.key?.key).toMatch(/^smpp:/);
});

it("a text that was refused for now and accepted elsewhere meanwhile is not written under another key", async () => {
  const offered: string[] = [];
  const { promise, resolve } = Promise.withResolvers<"known">();
  const here = createGateway(new Map(), {
    offer: ({ key }, done) => {
      offered.push(key);
      void promise.then(done);
    },
  });
  here.deliver("Slow");
  await here.time.pass(5_000);
  resolve("known");
  await here.time.pass(1_000);
  expect(offered).toHaveLength(1);
  expect(here.answers).toEqual([[1, STATUS.systemError]]);
});

describe("a text whose key is an older, equal text's", () => {
  /** Another process relayed the same words long ago. */
  const older = async () => acceptedByOther("yes", ["settled"]);

  it("is relayed when its link is cut before storage has answered: what comes again is new", async () => {
    const waiting: (() => void)[] = [];
    const stored = await older();
    const here: ReturnType<typeof createGateway> = createGateway(stored, {
      offer: ({ key, receivedAt }, done) => {
        const write = (): void => {
          const isKnown = stored.has(key);
          if (!isKnown) {
            stored.set(key, { status: "settled", acceptedAt: receivedAt, resolved: null });
            here.written.push(key);
          }
          done(isKnown ? "known" : "accepted");
        };
        if (waiting.length === 0 && here.written.length === 0 && here.answers.length === 0)
          waiting.push(write);
        else write();
      },
    });
    const first = here.deliver("yes");
    here.cut(first);
    for (const write of waiting) write();
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    here.deliver("yes");
    await here.time.pass(500);
    expect(here.written).toHaveLength(1);
    expect(here.answers).toEqual([[2, STATUS.ok]]);
  });

  it("is relayed also after its write was put off and its key turned out to be the older one's", async () => {
    const stored = await older();
    let isAway = true;
    const here = createGateway(stored, {
      checkDuplicate: async (keys) =>
        isAway
          ? null
          : keys.map((key) => stored.get(key) ?? { status: "free", acceptedAt: null, resolved: null }),
    });
    here.cut(here.deliver("yes"));
    await here.time.pass(500);
    isAway = false;
    here.deliver("yes");
    await here.time.pass(500);
    expect(here.written).toHaveLength(1);
  });
});

describe("a redelivery", () => {
  it("of an accepted text whose answer was lost is acknowledged and not written again", async () => {
    const stored = new Map<string, Stored>();
    const here = createGateway(stored);
    here.cut(here.deliver("ok"));
    for (const text of stored.values()) text.status = "unconfirmed";
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toHaveLength(1);
    expect(here.answers.at(-1)).toEqual([2, STATUS.ok]);
  });

  it("that another process has recognised leaves the next equal text a new one here", async () => {
    const stored = new Map<string, Stored>();
    const here = createGateway(stored);
    here.cut(here.deliver("ok"));
    for (const text of stored.values()) text.status = "unconfirmed";
    const there = createGateway(stored);
    there.deliver("ok");
    await there.time.pass(500);
    expect(there.written).toEqual([]);
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toHaveLength(2);
  });

  it("is recognised here too when another process wrote it, after this one had put it off unwritten", async () => {
    const stored = new Map<string, Stored>();
    const redeliveries = createRedeliveries();
    const full = createGateway(stored, { offer: (_, done) => done("overloaded") }, redeliveries);
    const putOff = full.deliver("ok");
    expect(full.answers).toEqual([[1, VONAGE.tryAgain.overloaded]]);
    redeliveries.suspect(putOff);
    const there = createGateway(stored);
    await there.time.pass(1_000);
    there.cut(there.deliver("ok"));
    for (const text of stored.values()) text.status = "unconfirmed";
    const here = createGateway(stored, {}, redeliveries);
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[1, STATUS.ok]]);
  });

  it("of a text that was put off unwritten is accepted, and the next equal text is a new one everywhere", async () => {
    const stored = new Map<string, Stored>();
    const redeliveries = createRedeliveries();
    let isAway = true;
    const here = createGateway(
      stored,
      {
        offer: ({ key, receivedAt }, done) => {
          if (isAway) return done("unavailable");
          // It has been named since it was put off.
          stored.set(key, { status: "unconfirmed", acceptedAt: receivedAt, resolved: null });
          done("accepted");
        },
      },
      redeliveries,
    );
    redeliveries.suspect(here.deliver("ok"));
    expect(here.unconfirmed).toHaveLength(1);
    isAway = false;
    here.deliver("ok");
    await here.time.pass(500);
    const there = createGateway(stored);
    there.deliver("ok");
    await there.time.pass(500);
    expect(here.answers.at(-1)).toEqual([2, STATUS.ok]);
    expect(there.written).toHaveLength(1);
  });

  it("that is late itself names nothing when a later one has been acknowledged", async () => {
    const recognise: (() => void)[] = [];
    const here = createGateway(new Map(), {
      resolveUnconfirmed: () => new Promise((resolve) => recognise.push(() => resolve(true))),
    });
    const first = here.deliver("ok");
    await here.time.pass(0);
    here.cut(first);
    const late = here.deliver("ok");
    await here.time.pass(4_500);
    here.cut(late);
    here.deliver("ok");
    await here.time.pass(0);
    recognise[1]!();
    await here.time.pass(0);
    expect(here.answers.at(-1)).toEqual([3, STATUS.ok]);
    const named = [...here.unconfirmed];
    recognise[0]!();
    await here.time.pass(0);
    expect(here.unconfirmed).toEqual(named);
  });

  it.each([
    { order: "before this process was told", putOff: false },
    { order: "when this process had been told so", putOff: true },
  ])("that was recognised where the process died is recognised here, $order", async ({ putOff }) => {
    const dead = { process: "dead", at: 7 };
    const stored = await acceptedByOther("ok", ["unconfirmed"]);
    for (const text of stored.values()) text.resolved = dead;
    let isAway = putOff;
    const redeliveries = createRedeliveries();
    const here = createGateway(
      stored,
      {
        resolveUnconfirmed: async (key, _, instead) => {
          if (isAway) return null;
          if (instead?.process !== dead.process || instead.at !== dead.at) return false;
          stored.get(key)!.status = "settled";
          return true;
        },
      },
      redeliveries,
    );
    if (putOff) {
      const first = here.deliver("ok");
      await here.time.pass(500);
      redeliveries.suspect(first);
      for (const text of stored.values()) text.status = "open";
      isAway = false;
    }
    here.deliver("ok");
    await here.time.pass(500);
    for (const text of stored.values()) if (text.status === "open") text.status = "unconfirmed";
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    expect(here.answers.at(-1)).toEqual([putOff ? 2 : 1, STATUS.ok]);
  });

  it("of the second of two equal texts is recognised after another process has recognised the first one's", async () => {
    const stored = new Map<string, Stored>();
    const here = createGateway(stored);
    const both = [here.deliver("ok"), here.deliver("ok")];
    for (const each of both) here.cut(each);
    for (const text of stored.values()) text.status = "unconfirmed";
    const there = createGateway(stored);
    there.deliver("ok");
    await there.time.pass(500);
    here.deliver("ok");
    await here.time.pass(500);
    expect(there.written).toEqual([]);
    expect(here.written).toHaveLength(2);
    expect(here.answers.at(-1)).toEqual([3, STATUS.ok]);
  });

  it("is recognised by one of the processes to which it might have come, and once", async () => {
    const stored = await acceptedByOther("ok", ["unconfirmed"]);
    const gateways = Array.from({ length: 4 }, () => createGateway(stored));
    for (const each of gateways) {
      each.deliver("ok");
      await each.time.pass(500);
    }
    expect(gateways.flatMap(({ written }) => written)).toHaveLength(3);
    expect(gateways.flatMap(({ answers }) => answers.map(([, status]) => status))).toEqual([0, 0, 0, 0]);
  });

  it("is put off while it cannot be told whether it has been recognised", async () => {
    const stored = await acceptedByOther("ok", ["unconfirmed"]);
    const here = createGateway(stored, { resolveUnconfirmed: async () => null });
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[1, STATUS.systemError]]);
  });

  it("is recognised the next time too when it was taken from everybody, and this process never heard so", async () => {
    const stored = await acceptedByOther("ok", ["unconfirmed"]);
    const redeliveries = createRedeliveries();
    let asked = 0;
    const here = createGateway(
      stored,
      {
        resolveUnconfirmed: async (key) => {
          stored.get(key)!.status = "settled";
          asked += 1;
          return asked === 1 ? null : true;
        },
      },
      redeliveries,
    );
    const putOff = here.deliver("ok");
    await here.time.pass(500);
    redeliveries.suspect(putOff);
    expect(here.unconfirmed).toEqual([putOff.key]);
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([
      [1, STATUS.systemError],
      [2, STATUS.ok],
    ]);
  });

  it("is recognised the next time too when its link went before this process heard that it is", async () => {
    const stored = await acceptedByOther("ok", ["unconfirmed"]);
    const answer = Promise.withResolvers<boolean>();
    let asked = 0;
    const here = createGateway(stored, {
      resolveUnconfirmed: async (key) => {
        stored.get(key)!.status = "settled";
        asked += 1;
        return asked === 1 ? answer.promise : true;
      },
    });
    const lost = here.deliver("ok");
    await here.time.pass(500);
    here.cut(lost);
    answer.resolve(true);
    here.deliver("ok");
    await here.time.pass(500);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[2, STATUS.ok]]);
  });
});

describe("a message without the class of a receipt", () => {
  const receiptTlvs = tlvBytes(
    { tag: TAG.receiptedMessageId, value: Buffer.from("7F\0") },
    { tag: TAG.messageState, value: Buffer.from([2]) },
  );
  const text = "id:7F sub:001 dlvrd:001 stat:DELIVRD err:000 text:";

  const gatewayThat = (matchSent: InboundSink["matchSent"]) => {
    const receipts: Receipt[] = [];
    const here = createGateway(new Map(), {
      matchSent,
      offerReceipt: (receipt, done) => {
        receipts.push(receipt);
        done("accepted");
      },
    });
    return { ...here, receipts };
  };

  it("is one when its TLVs name a message that was sent to its sender", async () => {
    const questions: unknown[] = [];
    const here = gatewayThat(async (...question) => {
      questions.push(question);
      return "sent";
    });
    here.deliver(text, { tlvs: receiptTlvs, source: "447700900002", destination: "447418300950" });
    await here.time.pass(100);
    expect(questions).toMatchObject([[["7f"], "447418300950", "447700900002"]]);
    expect(here.receipts).toMatchObject([{ carrierIds: ["7f"], state: "delivered" }]);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[1, STATUS.ok]]);
  });

  it("is a text when nobody knows its id, or when a person wrote it without TLVs", async () => {
    const unknown = gatewayThat(async () => "elsewhere");
    unknown.deliver(text, { tlvs: receiptTlvs });
    unknown.deliver(text);
    await unknown.time.pass(2_000);
    expect(unknown.written).toHaveLength(2);
    expect(unknown.receipts).toEqual([]);
  });

  it("is one also when it comes before the id that the carrier answered is stored", async () => {
    let stored = false;
    const here = gatewayThat(async () => (stored ? "sent" : "unknown"));
    here.deliver(text, { tlvs: receiptTlvs });
    await here.time.pass(200);
    stored = true;
    await here.time.pass(2_000);
    expect(here.receipts).toHaveLength(1);
    expect(here.written).toEqual([]);
  });

  it("is put off while nobody can say", async () => {
    const here = gatewayThat(async () => null);
    here.deliver(text, { tlvs: receiptTlvs });
    await here.time.pass(100);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[1, STATUS.systemError]]);
  });
});

describe("what changes nothing", () => {
  const ignoredBy = async (message: Partial<ShortMessage>, text: string) => {
    const receipts: Receipt[] = [];
    const here = createGateway(new Map(), {
      offerReceipt: (receipt, done) => {
        receipts.push(receipt);
        done("accepted");
      },
    });
    here.deliver(text, message);
    await here.time.pass(100);
    expect(here.written).toEqual([]);
    expect(here.answers).toEqual([[1, STATUS.ok]]);
    return { ignored: here.ignored, receipts };
  };

  it.each(["stat:SENT", "stat:SUBMITD", "stat:QUEUED", "Status:QUEUED", "", "stat:"])(
    "a receipt that says '%s' leaves its message as it is, and is counted",
    async (words) => {
      const { ignored, receipts } = await ignoredBy({ esmClass: 0x04 }, `id:1 ${words} err:000`);
      expect(receipts).toEqual([]);
      expect(ignored).toEqual(["receipt-not-understood"]);
    },
  );

  it("a message_state of no meaning leaves its message as it is", async () => {
    const tlvs = tlvBytes(
      { tag: TAG.receiptedMessageId, value: Buffer.from("7F\0") },
      { tag: TAG.messageState, value: Buffer.from([9]) },
    );
    expect((await ignoredBy({ esmClass: 0x04, tlvs }, "")).ignored).toEqual(["receipt-not-understood"]);
  });

  it("a word for a message on its way decides nothing, and UNKNOWN is Vonage's last word", async () => {
    expect((await ignoredBy({ esmClass: 0x04 }, "id:1 stat:BUFFRED")).receipts).toMatchObject([
      { state: "pending" },
    ]);
    expect((await ignoredBy({ esmClass: 0x04 }, "id:1 stat:UNKNOWN")).receipts).toMatchObject([
      { state: "failed" },
    ]);
  });

  it("data for a program is acknowledged, counted, and no text", async () => {
    const octets = Buffer.from("06050423F40000BEGIN:VCARD TEL:+447700900001".slice(0, 14), "hex");
    const { ignored } = await ignoredBy({ esmClass: 0x40 }, octets.toString("latin1"));
    expect(ignored).toEqual(["program-data"]);
  });
});

it("a receipt that says the recipient has opted out with the carrier carries that wish", async () => {
  const receipts: Receipt[] = [];
  const here = createGateway(new Map(), { offerReceipt: (receipt) => receipts.push(receipt) });
  here.deliver("id:1 stat:REJECTD err:009", { esmClass: 0x04 });
  expect(receipts).toMatchObject([{ state: "failed", failure: OPTED_OUT }]);
});

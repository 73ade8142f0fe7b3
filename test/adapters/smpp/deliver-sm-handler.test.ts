import { describe, expect, it } from "vitest";
import { createDeliverSmHandler } from "#adapters/smpp/delivery/deliver-sm-handler.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { type Delivery, createDelivery } from "#adapters/smpp/session/acknowledgements.ts";
import type { DedupStatus } from "#core/domain/redelivery.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";

/** A process that takes texts, over a storage that others use too. */
const house = (taken: Map<string, DedupStatus>, change: Partial<InboundSink> = {}) => {
  const time = virtualTime(0);
  const written: string[] = [];
  const answers: (readonly [sequence: number, status: number])[] = [];
  const doubts: string[] = [];
  const gone = new Set<number>();
  let sequence = 0;
  const { take } = createDeliverSmHandler({
    sink: {
      offer: ({ key }, done) => {
        if (taken.has(key)) return done("known");
        taken.set(key, "settled");
        written.push(key);
        done("accepted");
      },
      offerReceipt: (_, done) => done("accepted"),
      look: async (keys) => keys.map((key) => taken.get(key) ?? "free"),
      ...change,
    },
    messageIdForm: "same",
    redeliveries: createRedeliveries(),
    clock: time.clock,
    ids: { next: () => `id-${sequence}` },
    now: () => time.clock.now(),
    after: time.timer.after,
    isWaiting: ({ sequence: which }) => !gone.has(which),
    answer: (delivery, status) => answers.push([delivery.sequence, status]),
    onDoubt: (key) => doubts.push(key),
    onFault: (error) => {
      throw error;
    },
  });
  return {
    time,
    written,
    answers,
    doubts,
    /** The link of a delivery goes. */
    lose: ({ sequence: which }: Delivery) => gone.add(which),
    say: (text: string): Delivery => {
      sequence += 1;
      const message = received({ ...noMessage, shortMessage: Buffer.from(text) });
      const delivery = { ...newDelivery("s", sequence, message, time.clock.now()), key: `s:${sequence}` };
      take(delivery);
      return delivery;
    },
  };
};

/** What another process has taken: the same text, so often. */
const takenByOther = async (
  text: string,
  states: readonly DedupStatus[],
): Promise<Map<string, DedupStatus>> => {
  const taken = new Map<string, DedupStatus>();
  const other = house(taken);
  for (const _ of states) other.say(text);
  await other.time.pass(0);
  for (const [place, key] of other.written.entries()) taken.set(key, states[place]!);
  return taken;
};

describe("a text that another process took before", () => {
  it("is a new one when the carrier knows of the first: it is written under the next free name", async () => {
    const taken = await takenByOther("ok", ["settled", "settled", "settled"]);
    const here = house(taken);
    for (let i = 0; i < 3; i += 1) here.say("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(3);
    expect(taken.size).toBe(6);
    expect(here.answers.map(([, status]) => status)).toEqual([STATUS.ok, STATUS.ok, STATUS.ok]);
  });

  it("is the repetition when the first is in doubt: acknowledged, not written, and once for each", async () => {
    const here = house(await takenByOther("ok", ["settled", "unconfirmed", "unconfirmed"]));
    for (let i = 0; i < 3; i += 1) here.say("ok");
    await here.time.pass(0);
    expect(here.answers.map(([, status]) => status)).toEqual([STATUS.ok, STATUS.ok, STATUS.ok]);
    expect(here.written).toHaveLength(1);
  });

  it("waits until that is known", async () => {
    const taken = await takenByOther("ok", ["open"]);
    const here = house(taken);
    here.say("ok");
    await here.time.pass(2_000);
    expect(here.answers).toEqual([]);
    for (const key of taken.keys()) taken.set(key, "unconfirmed");
    await here.time.pass(200);
    expect(here.answers).toEqual([[1, STATUS.ok]]);
    expect(here.written).toEqual([]);
  });

  it("is neither written nor suspected when its link goes before that is known: it will come again", async () => {
    const taken = await takenByOther("ok", ["open"]);
    const here = house(taken);
    const left = here.say("ok");
    await here.time.pass(1_000);
    expect(left.key).toBeNull();
    here.lose(left);
    for (const key of taken.keys()) taken.set(key, "settled");
    await here.time.pass(2_000);
    expect(here.written).toEqual([]);
    here.say("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(1);
  });

  it("is refused for now when it is not known in time, and then looked at anew", async () => {
    const taken = await takenByOther("ok", ["open"]);
    const here = house(taken);
    const refused = here.say("ok");
    await here.time.pass(5_000);
    expect(here.answers).toEqual([[1, STATUS.systemError]]);
    expect(refused.key).toBeNull();
    expect(here.doubts).toEqual([]);
    for (const key of taken.keys()) taken.set(key, "settled");
    here.say("ok");
    await here.time.pass(0);
    expect(here.written).toHaveLength(1);
    expect(here.answers).toEqual([
      [1, STATUS.systemError],
      [2, STATUS.ok],
    ]);
  });
});

it("a text that is not written in time is refused for now, while the write goes on, and is in doubt", async () => {
  const { promise, resolve } = Promise.withResolvers<"accepted">();
  const here = house(new Map(), { offer: (_, done) => void promise.then(done) });
  const slow = here.say("Slow");
  await here.time.pass(5_000);
  expect(here.answers).toEqual([[1, STATUS.systemError]]);
  expect(here.doubts).toEqual([slow.key]);
  resolve("accepted");
  await here.time.pass(0);
  expect(here.answers).toHaveLength(1);
  expect(slow.key).toMatch(/^smpp:/);
});

it("a text that was refused for now and taken elsewhere meanwhile is not written under another name", async () => {
  const offered: string[] = [];
  const { promise, resolve } = Promise.withResolvers<"known">();
  const here = house(new Map(), {
    offer: ({ key }, done) => {
      offered.push(key);
      void promise.then(done);
    },
  });
  here.say("Slow");
  await here.time.pass(5_000);
  resolve("known");
  await here.time.pass(1_000);
  expect(offered).toHaveLength(1);
  expect(here.answers).toEqual([[1, STATUS.systemError]]);
});

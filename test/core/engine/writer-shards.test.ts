import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import type { ActiveWrite } from "#core/engine/inbound/active-write.ts";
import type { Facts } from "#core/engine/inbound/context.ts";
import { createWriterShards, LINGER_MAX, LINGER_MS } from "#core/engine/inbound/writer-shards.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { anInbound } from "#test/support/traffic-builders.ts";

const OPTIONS = { shards: 2, waitingMax: 1_000_000 };

/** Two shards whose writes end when the test says so. Numbers that end in an even digit have the first, others the second. */
const createHarness = (isBehind = () => false) => {
  const time = virtualTime();
  const begun: { readonly write: ActiveWrite; readonly end: () => void }[] = [];
  const shards = createWriterShards(OPTIONS, { ...time, journal: recordedJournal() }, isBehind, (write) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    begun.push({ write, end: resolve });
    return promise;
  });
  const put = (digit: number, text = "Hello"): void => {
    const message = anInbound(`44770090000${digit}`, "447700900100", { text });
    shards.putInbound({ message, joins: null, done: () => {} });
  };
  let facts = 0;
  /** What became of a message that has left. */
  const putFact = (fact: "accepted" | "outcomes"): void => {
    facts += 1;
    const messageId = `019bc186-de00-7000-8000-${String(facts).padStart(12, "0")}`;
    const accepted = {
      ...{ messageId, part: 0, parts: 1, carrierId: `id-${facts}`, link: "smpp" },
      attempts: 1,
      at: 0,
    };
    const outcome = { messageId, state: "failed", failure: { code: "expired", detail: null }, at: 0 };
    const of = fact === "accepted" ? { accepted: [accepted] } : { outcomes: [outcome] };
    shards.putFacts(fact === "accepted" ? accepted.carrierId : "", { facts: of as Facts, done: () => {} });
  };
  return { time, shards, begun, put, putFact };
};

const sizes = (begun: readonly { readonly write: ActiveWrite }[]): readonly number[] =>
  begun.map(({ write }) => write.batch.inbound.length);

describe("shards of the writer", () => {
  test("little is written together, whatever shards it came by", async () => {
    const { time, begun, put } = createHarness();
    put(0);
    put(1);
    await time.settle();
    expect(sizes(begun)).toEqual([2]);
  });

  test("while little is being written, little waits", async () => {
    const { time, begun, put } = createHarness();
    put(0);
    await time.settle();
    put(1);
    put(0);
    await time.settle();
    expect(sizes(begun)).toEqual([1]);
    begun[0]!.end();
    await time.settle();
    expect(sizes(begun)).toEqual([1, 2]);
  });

  test("much is written side by side", async () => {
    const { time, begun, put } = createHarness();
    for (let n = 0; n < 100; n += 1) {
      put(0);
      put(1);
    }
    await time.settle();
    expect(sizes(begun)).toEqual([100, 100]);
  });

  test("a shard that has much does not wait for the other", async () => {
    const { time, begun, put } = createHarness();
    put(0);
    await time.settle();
    for (let n = 0; n < 100; n += 1) put(1);
    await time.settle();
    expect(sizes(begun)).toEqual([1, 100]);
  });

  test("a shard that always has much keeps nobody waiting for ever", async () => {
    const { time, begun, put } = createHarness();
    const putMuch = (): void => {
      for (let n = 0; n < 100; n += 1) put(0);
    };
    putMuch();
    await time.settle();
    put(1);
    putMuch();
    await time.settle();
    expect(sizes(begun)).toEqual([100]);
    begun[0]!.end();
    await time.settle();
    expect(sizes(begun)).toEqual([100, 100, 1]);
  });

  test("who waits for a lost database keeps nobody waiting", async () => {
    const time = virtualTime();
    let writes = 0;
    const shards = createWriterShards(
      OPTIONS,
      { ...time, journal: recordedJournal() },
      () => false,
      async (write) => {
        writes += 1;
        await write.untilAnswered(async () => {
          throw new StorageUnavailable("away");
        });
      },
    );
    const put = (from: string): void => {
      const message = anInbound(from, "447700900100");
      shards.putInbound({ message, joins: null, done: () => {} });
    };
    put("447700900000");
    await time.settle();
    put("447700900001");
    await time.settle();
    expect(writes).toBe(2);
  });

  test("what shares a shard is written in order, and never at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ put: fc.integer({ min: 0, max: 9 }), times: fc.integer({ min: 1, max: 60 }) }),
            fc.record({ end: fc.nat(3) }),
          ),
          { maxLength: 40 },
        ),
        async (steps) => {
          const { time, shards, begun, put } = createHarness();
          let count = 0;
          const written: string[][] = [[], []];
          const open = new Set<number>();
          const collect = (): void => {
            for (const [at, { write }] of begun.entries()) {
              if (open.has(at) || seen.has(at)) continue;
              seen.add(at);
              open.add(at);
              for (const { message } of write.batch.inbound)
                written[shardOf(message.from)]!.push(message.text);
            }
            const busy = [...open].flatMap((at) => [
              ...new Set(begun[at]!.write.batch.inbound.map(({ message }) => shardOf(message.from))),
            ]);
            expect(new Set(busy).size).toBe(busy.length);
          };
          const seen = new Set<number>();
          const shardOf = (from: string): number => Number(from.at(-1)) % 2;
          const end = (at: number): void => {
            open.delete(at);
            begun[at]!.end();
          };
          for (const step of steps) {
            if ("put" in step) for (let n = 0; n < step.times; n += 1) put(step.put, String(count++));
            else if (open.size > 0) end([...open][step.end % open.size]!);
            await time.settle();
            collect();
          }
          while (open.size > 0) {
            end([...open][0]!);
            await time.settle();
            collect();
          }
          await shards.idle();
          for (const texts of written) expect(texts).toEqual(texts.toSorted((a, b) => Number(a) - Number(b)));
          expect(written.flat().length).toBe(count);
        },
      ),
    );
  });

  test("a side that is behind keeps texts back for a while, and then let a few in at a time", async () => {
    const { time, begun, put } = createHarness(() => true);
    for (let n = 0; n < 120; n += 1) put(0);
    await time.settle();
    expect(sizes(begun)).toEqual([]);
    await time.pass(100);
    await time.settle();
    expect(sizes(begun)).toEqual([50]);
    begun[0]!.end();
    await time.settle();
    expect(sizes(begun)).toEqual([50]);
    await time.pass(100);
    await time.settle();
    expect(sizes(begun)).toEqual([50, 50]);
  });

  test("what the carrier has taken is written with the next text", async () => {
    const { time, begun, put, putFact } = createHarness();
    putFact("accepted");
    await time.pass(LINGER_MS - 1);
    expect(begun).toEqual([]);
    put(0);
    await time.settle();
    expect(begun.map(({ write }) => [write.batch.inbound.length, write.batch.facts.length])).toEqual([
      [1, 1],
    ]);
  });

  test("or alone, a moment after the first of it, or when it is many", async () => {
    const { time, begun, putFact } = createHarness();
    putFact("accepted");
    await time.pass(LINGER_MS - 1);
    putFact("accepted");
    await time.pass(1);
    expect(begun.map(({ write }) => write.batch.facts.length)).toEqual([2]);
    begun[0]!.end();
    for (let n = 0; n < LINGER_MAX; n += 1) {
      await time.settle();
      expect(begun).toHaveLength(1);
      putFact("accepted");
    }
    await time.settle();
    expect(begun.map(({ write }) => write.batch.facts.length)).toEqual([2, LINGER_MAX]);
  });

  test("an end, behind which the next text waits, does not wait for company; nor does anything once all is to be written", async () => {
    const { time, begun, shards, putFact } = createHarness();
    putFact("outcomes");
    await time.settle();
    expect(begun).toHaveLength(1);
    begun[0]!.end();
    await time.settle();
    putFact("accepted");
    await time.settle();
    expect(begun).toHaveLength(1);
    void shards.idle();
    await time.settle();
    expect(begun).toHaveLength(2);
  });
});

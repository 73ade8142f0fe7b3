import { describe, expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { startSweeper, sweep } from "#core/engine/maintenance/sweeper.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { createHarness, type Harness, type Process, TTL_MS } from "./harness.ts";

const OPTIONS = {
  messageTtlMs: TTL_MS,
  quarantineMs: 30_000,
  textRetentionMs: 90_000,
  messageRetentionMs: null,
};

const sweepOnce = (
  harness: Harness,
  { relay }: Process,
  prune = false,
  messageRetentionMs: number | null = null,
): Promise<boolean> =>
  sweep(
    { storage: harness.storage, writer: relay.writer, journal: recordedJournal() },
    { ...OPTIONS, messageRetentionMs },
    harness.time.clock.now(),
    prune,
  );

/** A relay whose own sweeper sleeps. */
const start = async () => {
  const harness = createHarness();
  const process = await harness.start({ relay: { sweepMs: 10_000_000 } });
  return { harness, process, route: await harness.open() };
};

describe("a sweep", () => {
  test("closes what has ended by its time to live, and quarantines its pairs", async () => {
    const { harness, process, route } = await start();
    const { conversations, traffic } = harness.storage;
    await conversations.patch(route.conversationId, { expiresAt: harness.time.clock.now() + 5_000 });
    await sweepOnce(harness, process);
    expect((await conversations.get(route.conversationId))?.closedAt).toBeNull();
    await harness.time.pass(5_000);
    await sweepOnce(harness, process);
    const closed = await conversations.get(route.conversationId);
    expect(closed).toMatchObject({ closeReason: "expired", closedAt: harness.time.clock.now() });
    const [found] = await traffic.routes([route]);
    expect(found).toMatchObject({ quarantinedUntil: harness.time.clock.now() + OPTIONS.quarantineMs });
  });

  test("closes what has been silent for too long, and leaves alone where somebody texted", async () => {
    const { harness, process, route } = await start();
    const { conversations } = harness.storage;
    const silent = await harness.open();
    await harness.time.pass(2_000);
    for (const { conversationId } of [route, silent])
      await conversations.patch(conversationId, {
        idleTtlMs: harness.time.clock.now() - Date.UTC(2026, 0, 15, 12),
      });
    await harness.time.pass(10);
    await harness.time.until(process.give(route, "still here"));
    await sweepOnce(harness, process);
    expect((await conversations.get(silent.conversationId))?.closeReason).toBe("idle");
    expect((await conversations.get(route.conversationId))?.closedAt).toBeNull();
  });

  test("joins what came of a long text when the rest does not come, and says so in it", async () => {
    const { harness, process, route } = await start();
    const part = { reference: "udh8:1", total: 3 };
    await harness.time.until(process.give(route, "one ", { part: { ...part, index: 1 } }));
    await harness.time.until(process.give(route, "three", { part: { ...part, index: 3 } }));
    await harness.time.until(sweepOnce(harness, process));
    expect(harness.words()).toEqual([]);
    await harness.time.pass(31 * 60_000);
    await harness.time.until(sweepOnce(harness, process));
    await harness.time.pass(100);
    expect(harness.words()).toEqual(["one […]three"]);
  });

  test("relays what came of a text whose reference was used again, and both whole and torn once", async () => {
    const { harness, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    for (const [words, index] of [
      ["A1", 1],
      ["B1 ", 1],
      ["B2", 2],
    ] as const)
      await harness.time.until(process.give(route, words, at(index)));
    await harness.time.pass(100);
    expect(harness.words()).toEqual(["B1 B2"]);
    await harness.time.pass(31 * 60_000);
    await harness.time.until(sweepOnce(harness, process));
    await harness.time.pass(100);
    await harness.time.until(sweepOnce(harness, process));
    expect(harness.words()).toEqual(["B1 B2", "A1[…]"]);
  });

  test("drops a part that the carrier has repeated under another id when its text was relayed", async () => {
    const { harness, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    for (const [words, index] of [
      ["one ", 1],
      ["two", 2],
      ["two", 2],
    ] as const)
      await harness.time.until(process.give(route, words, at(index)));
    await harness.time.pass(31 * 60_000);
    await harness.time.until(sweepOnce(harness, process));
    await harness.time.pass(100);
    expect(harness.words()).toEqual(["one two"]);
    expect(await harness.storage.reconciliation.ripeParts(harness.time.clock.now(), 10)).toEqual([]);
  });

  test("keeps parts that came minutes apart in texts of their own", async () => {
    const { harness, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    await harness.time.until(process.give(route, "A1", at(1)));
    await harness.time.pass(6 * 60_000);
    await harness.time.until(process.give(route, "B2", at(2)));
    await harness.time.until(sweepOnce(harness, process));
    await harness.time.pass(6 * 60_000);
    await harness.time.until(sweepOnce(harness, process));
    await harness.time.pass(100);
    expect(harness.words()).toEqual(["A1[…]", "[…]B2"]);
  });

  test("ends what waits in the queue after its time, and what no receipt ever came for", async () => {
    const { harness, process, route } = await start();
    const other = await harness.open();
    await harness.time.until(process.give(route, "taken"));
    await harness.time.pass(100);
    process.link.set("down");
    await harness.time.until(process.give(other, "stuck"));
    await harness.time.pass(TTL_MS + 40_000);
    await harness.time.until(sweepOnce(harness, process, true));
    expect(await harness.states(other)).toEqual(["expired: ttl"]);
    expect(await harness.states(route)).toEqual(["sent"]);
    harness.time.clock.advance(73 * 3_600_000);
    await harness.time.until(sweepOnce(harness, process, true));
    expect(await harness.states(route)).toEqual(["expired: no-receipt"]);
  });

  test("forgets messages that are older than they are to be kept, and none unless told so", async () => {
    const { harness, process, route } = await start();
    await harness.time.until(process.give(route, "long ago"));
    await harness.time.pass(100);
    harness.time.clock.advance(73 * 3_600_000 + TTL_MS);
    await harness.time.until(process.give(route, "lately"));
    const texts = async () => {
      const page = { limit: 9, after: null };
      const { items } = await harness.storage.conversations.messages(route.conversationId, page);
      return items.map(({ text }) => text);
    };
    await harness.time.until(sweepOnce(harness, process, true));
    expect(await texts()).toEqual(["long ago", "lately"]);
    await harness.time.until(sweepOnce(harness, process, true, 3_600_000));
    expect(await texts()).toEqual(["lately"]);
  });

  test("twice at once changes nothing", async () => {
    const { harness, process, route } = await start();
    await harness.storage.conversations.patch(route.conversationId, { expiresAt: harness.time.clock.now() });
    const part = { reference: "udh8:1", total: 2 };
    await harness.time.until(process.give(route, "half", { part: { ...part, index: 1 } }));
    await harness.time.pass(31 * 60_000);
    await harness.time.until(Promise.all([sweepOnce(harness, process), sweepOnce(harness, process)]));
    const { items } = await harness.storage.conversations.messages(route.conversationId, {
      limit: 9,
      after: null,
    });
    expect(items).toHaveLength(1);
  });

  test("ends quietly when the database is lost, and the next one goes on", async () => {
    const { harness, process, route } = await start();
    await harness.storage.conversations.patch(route.conversationId, { expiresAt: harness.time.clock.now() });
    let isLost = true;
    const conversations = {
      ...harness.storage.conversations,
      due: async (now: number, limit: number) => {
        if (isLost) throw new StorageUnavailable("lost");
        return harness.storage.conversations.due(now, limit);
      },
    };
    const sweeper = startSweeper(
      {
        storage: { ...harness.storage, conversations },
        ...{
          writer: process.relay.writer,
          clock: harness.time.clock,
          timer: harness.time.timer,
          journal: recordedJournal(),
        },
      },
      OPTIONS,
    );
    await harness.time.pass(3_500);
    isLost = false;
    await harness.time.pass(1_000);
    await harness.time.until(sweeper.stop());
    expect((await harness.storage.conversations.get(route.conversationId))?.closeReason).toBe("expired");
  });
});

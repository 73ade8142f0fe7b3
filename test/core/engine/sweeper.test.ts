import { describe, expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { startSweeper, sweep } from "#core/engine/maintenance/sweeper.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { createStage, type Process, type Stage, TTL_MS } from "./harness.ts";

const OPTIONS = {
  messageTtlMs: TTL_MS,
  quarantineMs: 30_000,
  textRetentionMs: 90_000,
  messageRetentionMs: null,
};

const sweepOnce = (
  stage: Stage,
  { relay }: Process,
  prune = false,
  messageRetentionMs: number | null = null,
): Promise<void> =>
  sweep(
    { storage: stage.storage, writer: relay.writer, journal: recordedJournal() },
    { ...OPTIONS, messageRetentionMs },
    stage.time.clock.now(),
    prune,
  );

/** A relay whose own sweeper sleeps. */
const start = async () => {
  const stage = createStage();
  const process = await stage.start({ relay: { sweepMs: 10_000_000 } });
  return { stage, process, route: await stage.open() };
};

describe("a sweep", () => {
  test("closes what has ended by its time to live, and quarantines its pairs", async () => {
    const { stage, process, route } = await start();
    const { conversations, traffic } = stage.storage;
    await conversations.patch(route.conversationId, { expiresAt: stage.time.clock.now() + 5_000 });
    await sweepOnce(stage, process);
    expect((await conversations.get(route.conversationId))?.closedAt).toBeNull();
    await stage.time.pass(5_000);
    await sweepOnce(stage, process);
    const closed = await conversations.get(route.conversationId);
    expect(closed).toMatchObject({ closeReason: "expired", closedAt: stage.time.clock.now() });
    const [found] = await traffic.routes([route]);
    expect(found).toMatchObject({ quarantinedUntil: stage.time.clock.now() + OPTIONS.quarantineMs });
  });

  test("closes what has been silent for too long, and leaves alone where somebody texted", async () => {
    const { stage, process, route } = await start();
    const { conversations } = stage.storage;
    const silent = await stage.open();
    await stage.time.pass(2_000);
    for (const { conversationId } of [route, silent])
      await conversations.patch(conversationId, {
        idleTtlMs: stage.time.clock.now() - Date.UTC(2026, 0, 15, 12),
      });
    await stage.time.pass(10);
    await stage.time.until(process.give(route, "still here"));
    await sweepOnce(stage, process);
    expect((await conversations.get(silent.conversationId))?.closeReason).toBe("idle");
    expect((await conversations.get(route.conversationId))?.closedAt).toBeNull();
  });

  test("joins what came of a long text when the rest does not come, and says so in it", async () => {
    const { stage, process, route } = await start();
    const part = { reference: "udh8:1", total: 3 };
    await stage.time.until(process.give(route, "one ", { part: { ...part, index: 1 } }));
    await stage.time.until(process.give(route, "three", { part: { ...part, index: 3 } }));
    await stage.time.until(sweepOnce(stage, process));
    expect(stage.words()).toEqual([]);
    await stage.time.pass(31 * 60_000);
    await stage.time.until(sweepOnce(stage, process));
    await stage.time.pass(100);
    expect(stage.words()).toEqual(["one […]three"]);
  });

  test("relays what came of a text whose reference was used again, and both whole and torn once", async () => {
    const { stage, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    for (const [words, index] of [
      ["A1", 1],
      ["B1 ", 1],
      ["B2", 2],
    ] as const)
      await stage.time.until(process.give(route, words, at(index)));
    await stage.time.pass(100);
    expect(stage.words()).toEqual(["B1 B2"]);
    await stage.time.pass(31 * 60_000);
    await stage.time.until(sweepOnce(stage, process));
    await stage.time.pass(100);
    await stage.time.until(sweepOnce(stage, process));
    expect(stage.words()).toEqual(["B1 B2", "A1[…]"]);
  });

  test("drops a part that the carrier has repeated under another id when its text was relayed", async () => {
    const { stage, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    for (const [words, index] of [
      ["one ", 1],
      ["two", 2],
      ["two", 2],
    ] as const)
      await stage.time.until(process.give(route, words, at(index)));
    await stage.time.pass(31 * 60_000);
    await stage.time.until(sweepOnce(stage, process));
    await stage.time.pass(100);
    expect(stage.words()).toEqual(["one two"]);
    expect(await stage.storage.reconciliation.ripeParts(stage.time.clock.now(), 10)).toEqual([]);
  });

  test("keeps parts that came minutes apart in texts of their own", async () => {
    const { stage, process, route } = await start();
    const at = (index: number) => ({ part: { reference: "udh8:0", total: 2, index } });
    await stage.time.until(process.give(route, "A1", at(1)));
    await stage.time.pass(6 * 60_000);
    await stage.time.until(process.give(route, "B2", at(2)));
    await stage.time.until(sweepOnce(stage, process));
    await stage.time.pass(6 * 60_000);
    await stage.time.until(sweepOnce(stage, process));
    await stage.time.pass(100);
    expect(stage.words()).toEqual(["A1[…]", "[…]B2"]);
  });

  test("ends what waits in the queue after its time, and what no receipt ever came for", async () => {
    const { stage, process, route } = await start();
    const other = await stage.open();
    await stage.time.until(process.give(route, "taken"));
    await stage.time.pass(100);
    process.link.set("down");
    await stage.time.until(process.give(other, "stuck"));
    await stage.time.pass(TTL_MS + 40_000);
    await stage.time.until(sweepOnce(stage, process, true));
    expect(await stage.states(other)).toEqual(["expired: ttl"]);
    expect(await stage.states(route)).toEqual(["sent"]);
    stage.time.clock.advance(73 * 3_600_000);
    await stage.time.until(sweepOnce(stage, process, true));
    expect(await stage.states(route)).toEqual(["expired: no-receipt"]);
  });

  test("forgets messages that are older than they are to be kept, and none unless told so", async () => {
    const { stage, process, route } = await start();
    await stage.time.until(process.give(route, "long ago"));
    await stage.time.pass(100);
    stage.time.clock.advance(73 * 3_600_000 + TTL_MS);
    await stage.time.until(process.give(route, "lately"));
    const texts = async () => {
      const page = { limit: 9, after: null };
      const { items } = await stage.storage.conversations.messages(route.conversationId, page);
      return items.map(({ text }) => text);
    };
    await stage.time.until(sweepOnce(stage, process, true));
    expect(await texts()).toEqual(["long ago", "lately"]);
    await stage.time.until(sweepOnce(stage, process, true, 3_600_000));
    expect(await texts()).toEqual(["lately"]);
  });

  test("twice at once changes nothing", async () => {
    const { stage, process, route } = await start();
    await stage.storage.conversations.patch(route.conversationId, { expiresAt: stage.time.clock.now() });
    const part = { reference: "udh8:1", total: 2 };
    await stage.time.until(process.give(route, "half", { part: { ...part, index: 1 } }));
    await stage.time.pass(31 * 60_000);
    await stage.time.until(Promise.all([sweepOnce(stage, process), sweepOnce(stage, process)]));
    const { items } = await stage.storage.conversations.messages(route.conversationId, {
      limit: 9,
      after: null,
    });
    expect(items).toHaveLength(1);
  });

  test("ends quietly when the database is lost, and the next one goes on", async () => {
    const { stage, process, route } = await start();
    await stage.storage.conversations.patch(route.conversationId, { expiresAt: stage.time.clock.now() });
    let isLost = true;
    const conversations = {
      ...stage.storage.conversations,
      due: async (now: number, limit: number) => {
        if (isLost) throw new StorageUnavailable("lost");
        return stage.storage.conversations.due(now, limit);
      },
    };
    const sweeper = startSweeper(
      {
        storage: { ...stage.storage, conversations },
        ...{
          writer: process.relay.writer,
          clock: stage.time.clock,
          timer: stage.time.timer,
          journal: recordedJournal(),
        },
      },
      OPTIONS,
    );
    await stage.time.pass(3_500);
    isLost = false;
    await stage.time.pass(1_000);
    await stage.time.until(sweeper.stop());
    expect((await stage.storage.conversations.get(route.conversationId))?.closeReason).toBe("expired");
  });
});

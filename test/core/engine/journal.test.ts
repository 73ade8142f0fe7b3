import { describe, expect, test } from "vitest";
import { createStage, goesToTheSecond } from "./harness.ts";

describe("an operator is told", () => {
  test("when storage is lost and back: what stood still, for how long, and whether carriers had to come again", async () => {
    const stage = createStage();
    let isAway = false;
    const { journal, give } = await stage.start({ faultOf: () => (isAway ? { lost: "request" } : null) });
    const route = await stage.open();
    await stage.time.pass(1_000);
    isAway = true;
    const answer = give(route, "hello");
    await stage.time.pass(10_000);
    expect(await answer).toBe("unavailable");
    isAway = false;
    await stage.time.pass(2_000);
    const [lost, regained] = [journal.told("leaseLost"), journal.told("leaseRegained")];
    expect([lost.length, regained.length]).toEqual([1, 1]);
    expect(regained[0]!.lostMs).toBeGreaterThan(8_000);
    expect(regained[0]!.lostMs).toBeLessThan(10_000);
    expect(journal.told("writesDelayed")).toEqual([
      { delayMs: expect.any(Number), messages: 1, receipts: 0, refused: true },
    ]);
    expect(journal.told("writesDelayed")[0]!.delayMs).toBeGreaterThanOrEqual(10_000);
  });

  test("when another process has fallen silent, of how much of its is queued again", async () => {
    const stage = createStage();
    let isCut = false;
    const dead = await stage.start({
      link: { latencyMs: 60_000 },
      faultOf: () => (isCut ? { lost: "request" } : null),
    });
    const route = await stage.open();
    await stage.time.pass(1_000);
    await stage.time.until(dead.give(route, "hello"));
    const living = await stage.start();
    isCut = true;
    await stage.time.pass(8_000);
    expect(living.journal.told("messagesRecovered")).toEqual([{ dispatchers: 1, messages: 1 }]);
    isCut = false;
    await stage.time.pass(3_000);
    expect(dead.journal.told("fenced")).toEqual([{ dispatcher: expect.any(String), messages: 1 }]);
  });

  test("when partitions change hands, of how many and with how many messages", async () => {
    const stage = createStage();
    const one = await stage.start({ link: { script: () => ({ kind: "unsent" }) } });
    const route = await stage.open(goesToTheSecond);
    await stage.time.pass(1_000);
    await stage.time.until(one.give(route, "hello"));
    const two = await stage.start();
    await stage.time.pass(10_000);
    expect(one.journal.told("partitionsTaken")).toEqual([{ partitions: 64, owned: 64 }]);
    expect(one.journal.told("partitionsHandedOver")).toMatchObject([{ partitions: 32 }]);
    expect(two.journal.told("partitionsTaken")).toEqual([{ partitions: 32, owned: 32 }]);
  });

  test("when a message does not leave at once, of each try and of its end, with codes", async () => {
    const stage = createStage();
    const { journal, give } = await stage.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "retry" : "refuse" }) },
    });
    const route = await stage.open();
    await stage.time.pass(1_000);
    await stage.time.until(give(route, "hello"));
    await stage.time.pass(30_000);
    expect(journal.told("messageRetried")).toEqual([
      {
        ...{ messageId: expect.any(String), link: "link-1", code: "scripted", attempts: 1 },
        againInMs: expect.any(Number),
      },
    ]);
    expect(journal.told("messageEnded")).toMatchObject([
      { messageId: journal.told("messageRetried")[0]!.messageId, state: "failed", code: "scripted" },
    ]);
  });

  test("when the time of a message is over", async () => {
    const stage = createStage();
    const { journal, give, link } = await stage.start();
    link.set("down");
    const route = await stage.open();
    await stage.time.pass(1_000);
    await stage.time.until(give(route, "hello"));
    await stage.time.pass(120_000);
    expect(journal.told("messageEnded")).toMatchObject([{ state: "expired", code: "ttl", link: "none" }]);
  });
});

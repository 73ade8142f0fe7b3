import { describe, expect, test } from "vitest";
import { createHarness, goesToTheSecond } from "./harness.ts";

describe("an operator is told", () => {
  test("when storage is lost and back: what stood still, for how long, and whether carriers had to come again", async () => {
    const harness = createHarness();
    let isAway = false;
    const { journal, give } = await harness.start({ faultOf: () => (isAway ? { lost: "request" } : null) });
    const route = await harness.open();
    await harness.time.pass(1_000);
    isAway = true;
    const answer = give(route, "hello");
    await harness.time.pass(10_000);
    expect(await answer).toBe("unavailable");
    isAway = false;
    await harness.time.pass(2_000);
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
    const harness = createHarness();
    let isCut = false;
    const dead = await harness.start({
      link: { latencyMs: 60_000 },
      faultOf: () => (isCut ? { lost: "request" } : null),
    });
    const route = await harness.open();
    await harness.time.pass(1_000);
    await harness.time.until(dead.give(route, "hello"));
    const living = await harness.start();
    isCut = true;
    await harness.time.pass(8_000);
    expect(living.journal.told("messagesRecovered")).toEqual([{ dispatchers: 1, messages: 1 }]);
    isCut = false;
    await harness.time.pass(3_000);
    expect(dead.journal.told("fenced")).toEqual([{ dispatcher: expect.any(String), messages: 1 }]);
  });

  test("when partitions change hands, of how many and with how many messages", async () => {
    const harness = createHarness();
    const one = await harness.start({ link: { script: () => ({ kind: "unsent" }) } });
    const route = await harness.open(goesToTheSecond);
    await harness.time.pass(1_000);
    await harness.time.until(one.give(route, "hello"));
    const two = await harness.start();
    await harness.time.pass(10_000);
    expect(one.journal.told("partitionsTaken")).toEqual([{ partitions: 64, owned: 64 }]);
    expect(one.journal.told("partitionsHandedOver")).toMatchObject([{ partitions: 32 }]);
    expect(two.journal.told("partitionsTaken")).toEqual([{ partitions: 32, owned: 32 }]);
  });

  test("when a message does not leave at once, of each try and of its end, with codes", async () => {
    const harness = createHarness();
    const { journal, give } = await harness.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "retry" : "refuse" }) },
    });
    const route = await harness.open();
    await harness.time.pass(1_000);
    await harness.time.until(give(route, "hello"));
    await harness.time.pass(30_000);
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
    const harness = createHarness();
    const { journal, give, link } = await harness.start();
    link.set("down");
    const route = await harness.open();
    await harness.time.pass(1_000);
    await harness.time.until(give(route, "hello"));
    await harness.time.pass(120_000);
    expect(journal.told("messageEnded")).toMatchObject([{ state: "expired", code: "ttl", link: "none" }]);
  });
});

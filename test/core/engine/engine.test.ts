import { describe, expect, test } from "vitest";
import { isFinal } from "#core/domain/message-state.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { WINDOW_MS } from "#core/structures/sliding-window.ts";
import { brings, createHarness, defers, goesToTheSecond, hasOwnShard } from "./harness.ts";

describe("a text", () => {
  test("leaves at once, from the sender's virtual number, when nothing stands in its way", async () => {
    const harness = createHarness();
    const process = await harness.start();
    const route = await harness.open();
    expect(await harness.time.until(process.give(route, "On my way"))).toBe("accepted");
    await harness.time.pass(0);
    expect(harness.sent.map(({ message }) => message)).toMatchObject([
      { source: route.source, destination: route.recipient, text: "On my way" },
    ]);
  });

  test("is written once and sent once though the answer to its write is lost", async () => {
    const harness = createHarness();
    const lost = new Set<string>();
    const process = await harness.start({
      faultOf: (method, input) => {
        if (!brings("On my way", method, input) || lost.has(method)) return null;
        lost.add(method);
        return { lost: "answer" };
      },
    });
    const route = await harness.open();
    const first = process.give(route, "On my way", { key: "k" });
    expect(await harness.time.until(first)).toBe("accepted");
    expect(await harness.time.until(process.give(route, "On my way", { key: "k" }))).toBe("accepted");
    await harness.time.pass(10_000);
    expect(harness.words()).toEqual(["On my way"]);
  });

  test("that failed stays ahead of one whose write was answered late", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "retry" : "accept" }) },
      faultOf: (method, input) => (brings("second", method, input) ? { afterMs: 100 } : null),
    });
    const route = await harness.open(hasOwnShard);
    void process.give(route, "first");
    await harness.time.pass(10);
    void process.give(route, "second");
    await harness.time.pass(30_000);
    expect(harness.words()).toEqual(["first", "second"]);
  });

  test("of several parts goes on without delay over a link with room for one", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: { window: 1, latencyMs: 10 },
      faultOf: (method) => (method === "traffic.commit" ? { afterMs: 20 } : null),
    });
    const route = await harness.open();
    const words = "This is a longer text, of a few parts. ".repeat(9);
    void process.give(route, words);
    await harness.time.pass(400);
    expect(harness.words().join("")).toBe(words);
  });

  test("that is queued elsewhere is claimed without waiting for a heartbeat", async () => {
    const harness = createHarness();
    await harness.start({
      faultOf: (method) => (method === "dispatch.nextDueAt" ? { afterMs: 300 } : null),
    });
    const route = await harness.open();
    await harness.time.pass(1_050);
    await harness.tell(route, "hello");
    await harness.time.pass(400);
    expect(harness.words()).toEqual(["hello"]);
  });
});

describe("a text from the queue", () => {
  test("that was requeued, and claimed anew by a question from before, is asked for once more", async () => {
    const harness = createHarness();
    let slowClaim = false;
    let tries = 0;
    let skewMs = 0;
    await harness.start({
      skewMs: () => skewMs,
      faultOf: (method) => {
        if (method !== "dispatch.claim" || !slowClaim) return null;
        slowClaim = false;
        return { beforeMs: 60 };
      },
      link: {
        window: 1,
        latencyMs: 30,
        script: () => {
          tries += 1;
          // While its answer is lost, there is something else to ask the queue for.
          return tries === 1 ? { kind: "lost", arrived: false } : { kind: "accept" };
        },
      },
    });
    const [route, other] = [await harness.open(), await harness.open()];
    await harness.tell(route, "hello");
    await harness.time.pass(5);
    slowClaim = true;
    // Asked by a clock that is set right afterwards: what is requeued then is due for that question already.
    skewMs = 1_000;
    await harness.tell(other, "somebody else");
    await harness.time.pass(5);
    skewMs = 0;
    await harness.time.pass(20_000);
    expect([...harness.words()].sort()).toEqual(["hello", "somebody else"]);
    expect(await harness.states(route)).toEqual(["sent"]);
  });
});

describe("two processes on one database", () => {
  test("keep the order of a recipient's texts while their partition changes owners", async () => {
    const harness = createHarness();
    const one = await harness.start({
      link: { latencyMs: 1_500, script: (_, n) => ({ kind: n === 0 ? "retry" : "accept" }) },
      faultOf: (method, input) => (defers(method, input) ? { beforeMs: 3_000 } : null),
    });
    const route = await harness.open(goesToTheSecond);
    void one.give(route, "first");
    await harness.time.pass(100);
    const two = await harness.start();
    await harness.time.pass(2_300);
    void two.give(route, "second");
    await harness.time.pass(40_000);
    expect(harness.words()).toEqual(["first", "second"]);
  });

  test("lose nothing when one is killed while it cannot give its partitions up", async () => {
    const harness = createHarness();
    let isKilled = false;
    const one = await harness.start({
      faultOf: (method) => (isKilled || method === "dispatch.release" ? { lost: "request" } : null),
    });
    one.link.set("down");
    const route = await harness.open(goesToTheSecond);
    void one.give(route, "first");
    await harness.time.pass(100);
    await harness.start();
    await harness.time.pass(4_000);
    isKilled = true;
    await harness.time.pass(30_000);
    expect(harness.words()).toEqual(["first"]);
  });

  test("lose nothing when one is killed while it stops", async () => {
    const harness = createHarness();
    let isKilled = false;
    const one = await harness.start({
      faultOf: (method, input) =>
        isKilled || method === "dispatch.leave"
          ? { lost: "request" }
          : brings("slow", method, input)
            ? { beforeMs: 2_500 }
            : null,
    });
    one.link.set("down");
    const [route, other] = [await harness.open(), await harness.open()];
    void one.give(route, "first");
    await harness.time.pass(100);
    void one.give(other, "slow");
    const stopping = one.relay.stop().catch(() => {});
    await harness.time.pass(3_000);
    isKilled = true;
    await harness.start();
    await harness.time.pass(30_000);
    await harness.time.until(stopping);
    expect([...harness.words()].sort()).toEqual(["first", "slow"]);
  });

  test("do not both send what one had claimed before it was declared expired", async () => {
    const harness = createHarness();
    let cut = false;
    let isBack = false;
    let slowClaim = false;
    const one = await harness.start({
      faultOf: (method) => {
        if (method === "dispatch.heartbeat" && cut && !isBack) return { lost: "request" };
        if (method === "dispatch.claim" && slowClaim) return { afterMs: 10_000 };
        if (method === "dispatch.join" && cut) return { afterMs: 2_000 };
        return null;
      },
    });
    const two = await harness.start();
    await harness.time.pass(3_000);
    const route = await harness.open((each) => !goesToTheSecond(each));
    cut = true;
    slowClaim = true;
    // The second process does not own the recipient's partition, and puts the text into the queue for the first.
    void two.give(route, "only once");
    await harness.time.pass(100);
    slowClaim = false;
    await harness.time.pass(8_000);
    isBack = true;
    await harness.time.pass(20_000);
    expect(one.relay.ownedCount()).toBe(0);
    expect(harness.words()).toEqual(["only once"]);
  });

  test("do not both send what one had written before it was declared expired, and was answered after", async () => {
    const harness = createHarness();
    let cut = false;
    let slowCommit = false;
    const one = await harness.start({
      faultOf: (method, input) => {
        if (method === "dispatch.heartbeat" && cut) return { lost: "request" };
        if (!slowCommit || !brings("only once", method, input)) return null;
        slowCommit = false;
        return { afterMs: 20_000 };
      },
    });
    await harness.start();
    await harness.time.pass(3_000);
    const route = await harness.open((each) => !goesToTheSecond(each));
    slowCommit = true;
    cut = true;
    void one.give(route, "only once");
    // Long enough to be declared expired, and then to join again.
    await harness.time.pass(10_000);
    cut = false;
    await harness.time.pass(30_000);
    expect(one.relay.ownedCount()).toBe(0);
    expect(harness.words()).toEqual(["only once"]);
  });

  test("share the work again after one was declared expired twice in a row", async () => {
    const harness = createHarness();
    let cut = false;
    let slowJoin = false;
    const one = await harness.start({
      faultOf: (method) => {
        if (method === "dispatch.heartbeat" && cut) return { lost: "request" };
        if (method === "dispatch.join" && slowJoin) {
          slowJoin = false;
          return { afterMs: 7_000 };
        }
        return null;
      },
    });
    await harness.start();
    cut = true;
    slowJoin = true;
    await harness.time.pass(8_000);
    cut = false;
    await harness.time.pass(30_000);
    const route = await harness.open();
    expect(await harness.time.until(one.give(route, "hello"))).toBe("accepted");
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["hello"]);
  });
});

test("a process that was declared expired writes again as soon as it can join, though its first tries to join are lost", async () => {
  const harness = createHarness();
  let isCut = false;
  let isJoiningCut = false;
  const one = await harness.start({
    faultOf: (method) =>
      (method === "dispatch.heartbeat" && isCut) || (method === "dispatch.join" && isJoiningCut)
        ? { lost: "request" }
        : null,
  });
  await harness.start();
  isCut = true;
  isJoiningCut = true;
  await harness.time.pass(8_000);
  isCut = false;
  const route = await harness.open();
  const answer = one.give(route, "hello");
  await harness.time.pass(4_000);
  isJoiningCut = false;
  await harness.time.pass(3_000);
  expect(await harness.time.until(answer)).toBe("unavailable");
  expect(await harness.time.until(one.give(route, "again"))).toBe("accepted");
  await harness.time.pass(3_000);
  expect(harness.words()).toEqual(["hello", "again"]);
});

describe("when storage has forgotten an instant", () => {
  test("what it has as claimed by a process that has long sent it does not stand in the way of what follows", async () => {
    const harness = createHarness();
    const process = await harness.start();
    await harness.time.pass(2_000);
    const route = await harness.open();
    process.link.set("down");
    await harness.tell(route, "one");
    await harness.time.pass(500);
    const forget = harness.remember();
    process.link.set("up");
    await harness.time.pass(500);
    expect(harness.words()).toEqual(["one"]);
    forget();
    await harness.tell(route, "two");
    await harness.time.pass(3_000);
    // That it has left is what was forgotten.
    expect(harness.words()).toEqual(["one", "one", "two"]);
  });

  test("what was inserted as owned by a process is found again after the outage", async () => {
    const harness = createHarness();
    let isCut = false;
    const process = await harness.start({ faultOf: () => (isCut ? { lost: "request" } : null) });
    await harness.time.pass(2_000);
    const route = await harness.open();
    process.link.set("down");
    void process.give(route, "one");
    await harness.time.pass(300);
    const forget = harness.remember();
    process.link.set("up");
    await harness.time.pass(300);
    isCut = true;
    await harness.time.pass(1_000);
    forget();
    isCut = false;
    await harness.time.pass(5_000);
    expect(harness.words()).toEqual(["one", "one"]);
    expect(await harness.states(route)).toEqual(["sent"]);
  });

  test("nothing is sent twice that it has not forgotten", async () => {
    const harness = createHarness();
    let isCut = false;
    const process = await harness.start({ faultOf: () => (isCut ? { lost: "answer" } : null) });
    const routes = [await harness.open(), await harness.open(), await harness.open()];
    for (let i = 0; i < 600; i += 1) {
      isCut = i % 97 > 90;
      void process.give(routes[i % 3]!, `${i}`, { key: `key-${i}` });
      await harness.time.pass(230);
    }
    isCut = false;
    await harness.time.pass(20_000);
    expect(new Set(harness.words()).size).toBe(harness.words().length);
  });
});

describe("a process whose clock is wrong", () => {
  test("lets nobody wait until its time has come, and sends what others have accepted", async () => {
    for (const skewMs of [20_000, -20_000]) {
      const harness = createHarness();
      const skewed = await harness.start({ skewMs: () => skewMs });
      const right = await harness.start();
      await harness.time.pass(5_000);
      const routes = [
        await harness.open(goesToTheSecond),
        await harness.open((each) => !goesToTheSecond(each)),
      ];
      for (const route of routes) {
        const receivedAt = harness.time.clock.now() + skewMs;
        void skewed.give(route, "by a wrong clock", { receivedAt });
        void right.give(route, "by the right one");
      }
      await harness.time.pass(3_000);
      expect(harness.words()).toHaveLength(4);
      expect(skewed.journal.told("clockSkewed")).toEqual([{ skewMs: -skewMs }]);
      for (const route of routes) expect(await harness.states(route)).toEqual(["sent", "sent"]);
    }
  });

  test("does not start when the difference is above half a minute, and leaves everything to others", async () => {
    const harness = createHarness();
    await expect(harness.start({ skewMs: () => -600_000 })).rejects.toThrow(/600 s behind/);
    await harness.start();
    const route = await harness.open();
    await harness.tell(route, "hello");
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["hello"]);
  });
});

describe("the silence", () => {
  const RATES = { accountRates: { smpp: 30, http: 30 } };

  test("after a process was killed lasts three seconds at most, whoever's texts they are", async () => {
    for (const killedAfterMs of [2_000, 2_133, 2_266, 2_399]) {
      const harness = createHarness();
      let isKilled = false;
      const one = await harness.start({
        relay: RATES,
        faultOf: () => (isKilled ? { lost: "request" } : null),
      });
      const two = await harness.start({ relay: RATES });
      await harness.time.pass(killedAfterMs);
      isKilled = true;
      one.link.set("down");
      const killedAt = harness.time.clock.now();
      const routes = [
        await harness.open((each) => !goesToTheSecond(each)),
        await harness.open(goesToTheSecond),
      ];
      for (const route of routes) void two.give(route, "hello");
      await harness.time.pass(10_000);
      expect(harness.words()).toEqual(["hello", "hello"]);
      expect(Math.max(...harness.sent.map(({ at }) => at)) - killedAt).toBeLessThanOrEqual(3_000);
    }
  });

  test("of a restart lasts a second at most, and no account's rate is exceeded", async () => {
    for (const awayMs of [0, 300, 900, 2_000]) {
      const harness = createHarness();
      const api = await harness.start({ relay: { ...RATES, kind: "api" }, link: { kind: "http" } });
      const old = await harness.start({ relay: RATES });
      await harness.time.pass(5_000);
      const routes: RouteDefinition[] = [];
      for (let i = 0; i < 40; i += 1) routes.push(await harness.open());
      let given = 0;
      const talk = async (ms: number): Promise<void> => {
        for (let passed = 0; passed < ms; passed += 50, given += 1) {
          void api.give(routes[given % routes.length]!, `${given}`);
          await harness.time.pass(50);
        }
      };
      await talk(2_000);
      const stopping = old.relay.stop();
      await talk(awayMs);
      await harness.time.until(stopping);
      await harness.start({ relay: RATES });
      await talk(5_000);
      await harness.time.pass(5_000);
      expect(harness.sent).toHaveLength(given);
      const times = harness.sent.map(({ at }) => at);
      times.slice(1).forEach((at, i) => {
        if (at - times[i]! > 900)
          // What an account's rate demands before another owner may use it, and the time between two texts.
          expect(at - times[i]!).toBeLessThanOrEqual(WINDOW_MS + 60);
      });
      for (const account of Map.groupBy(harness.sent, ({ link }) => link === "link-1").values())
        for (const { at } of account)
          expect(account.filter((each) => each.at >= at && each.at < at + 1_000).length).toBeLessThanOrEqual(
            30,
          );
    }
  });
});

describe("an engine that stops", () => {
  test("leaves no timer behind", async () => {
    const harness = createHarness();
    const process = await harness.start({
      relay: { numberRate: () => 0.5 },
      faultOf: (method) => (method === "dispatch.nextDueAt" ? { afterMs: 30 } : null),
    });
    const route = await harness.open();
    for (const words of ["one", "two", "three"]) void process.give(route, words);
    await harness.time.pass(1_010);
    await harness.time.until(process.relay.stop());
    await harness.time.pass(100);
    expect(harness.time.pending()).toBe(0);
  });

  test("leaves what it owns to others, and what is under way to its answer", async () => {
    const harness = createHarness();
    const one = await harness.start({ link: { window: 1, latencyMs: 500 } });
    const [route, other] = [await harness.open(), await harness.open()];
    void one.give(route, "under way");
    void one.give(other, "owned");
    await harness.time.pass(100);
    await harness.time.until(one.relay.stop());
    expect(harness.words()).toEqual(["under way"]);
    await harness.start();
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["under way", "owned"]);
  });

  test("leaves partitions together with what it owns of them, also those that it was to hand over", async () => {
    const harness = createHarness();
    const one = await harness.start({
      faultOf: (method, input) => {
        if (brings("slow", method, input)) return { afterMs: 2_000 };
        return method === "dispatch.leave" ? { beforeMs: 1_000 } : null;
      },
    });
    await harness.time.pass(1_100);
    one.link.set("down");
    const [route, other] = [await harness.open(goesToTheSecond), await harness.open()];
    void one.give(route, "first");
    await harness.time.pass(100);
    void one.give(other, "slow");
    const two = await harness.start();
    await harness.time.pass(800);
    const stopping = one.relay.stop();
    await harness.time.pass(2_000);
    void two.give(route, "second");
    await harness.time.pass(20_000);
    await harness.time.until(stopping);
    expect(harness.words().filter((words) => words !== "slow")).toEqual(["first", "second"]);
  });
});

test("an engine asks the database for nothing in vain while it owns as much as it may claim", async () => {
  const harness = createHarness();
  let calls = 0;
  const process = await harness.start({
    faultOf: (method) => {
      if (method.startsWith("dispatch.")) calls += 1;
      return null;
    },
  });
  process.link.set("down");
  for (let i = 0; i < 510; i += 1) {
    const route = await harness.open();
    await harness.tell(route, "hello");
  }
  await harness.time.pass(1_000);
  calls = 0;
  await harness.time.pass(5_000);
  expect(calls).toBeLessThan(60);
});

test("every text of a busy hour ends, and each leaves once", async () => {
  const harness = createHarness();
  const scripts = ["accept", "retry", "unsent", "throttle", "accept", "refuse", "accept"] as const;
  const script = (_: unknown, n: number) => ({ kind: scripts[n % scripts.length]! });
  const processes = [await harness.start({ link: { script } }), await harness.start({ link: { script } })];
  const routes = await Promise.all(Array.from({ length: 12 }, () => harness.open()));
  for (let i = 0; i < 240; i += 1) {
    void processes[i % 2]!.give(routes[i % routes.length]!, `text ${i}`);
    await harness.time.pass(15);
  }
  await harness.time.pass(61_000);
  expect(new Set(harness.words()).size).toBe(harness.words().length);
  for (const { conversationId } of routes) {
    const { items } = await harness.storage.conversations.messages(conversationId, {
      limit: 100,
      after: null,
    });
    expect(items.every(({ state }) => isFinal(state) || state === "sent")).toBe(true);
  }
});

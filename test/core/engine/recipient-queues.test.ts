import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LANES, type Lane, type OutboundMessage } from "#core/domain/message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { createThreads, type InHand, type Thread } from "#core/engine/outbound/recipient-queues.ts";

let births = 0;

const inHand = (recipientId: string, lane: Lane): InHand => {
  births += 1;
  const message: OutboundMessage = {
    id: String(births).padStart(8, "0"),
    ...{ conversationId: "c", senderId: null, recipientId, lane, text: "" },
    ...{ source: "447700900001" as Msisdn, destination: "447700900002" as Msisdn },
    ...{ receivedAt: 0, expiresAt: 1 },
  };
  return {
    message,
    ...{ claimed: false, leaveBefore: Number.POSITIVE_INFINITY, since: 0, attempts: 0, unknown: false },
    ...{ unsent: 0, partsAccepted: 0, pinned: null, reference: 0 },
    ...{ previous: null, next: null, isLinked: false },
  };
};

type Move =
  | { readonly kind: "add"; readonly thread: number; readonly lane: Lane }
  | { readonly kind: "send"; readonly lane: Lane }
  | { readonly kind: "done" | "again" | "leave" | "come back" | "empty"; readonly nth: number };

const laneArbitrary = fc.constantFrom(...LANES);
const movesArbitrary: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        thread: fc.nat({ max: 4 }),
        lane: laneArbitrary,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), lane: laneArbitrary }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "done" as const,
          "done" as const,
          "again" as const,
          "leave" as const,
          "come back" as const,
          "empty" as const,
        ),
        nth: fc.nat({ max: 4 }),
      }),
    },
  ),
  { maxLength: 60, size: "max" },
);

/** Moves messages about as the dispatcher does; answers those that left, by thread, in order. */
const play = (moves: readonly Move[]) => {
  const threads = createThreads();
  const added: string[] = [];
  const gone: { readonly thread: string; readonly id: string }[] = [];
  const busy: Thread[] = [];
  const away: Thread[] = [];
  const take = <T>(all: T[], nth: number): T | undefined => all.splice(nth % Math.max(1, all.length), 1)[0];

  const send = (lane: Lane): boolean => {
    const thread = threads.first(lane);
    if (!thread) return false;
    expect(thread.items[0]!.message.lane).toBe(lane);
    expect(threads.shift(lane)).toBe(thread);
    thread.state = "busy";
    busy.push(thread);
    return true;
  };
  const done = (thread: Thread): void => {
    gone.push({ thread: thread.id, id: thread.items[0]!.message.id });
    threads.drop(thread);
    thread.state = "idle";
    threads.line(thread, "back");
  };
  const leave = (thread: Thread): void => {
    thread.retreating = true;
    for (const { message } of [...thread.items]) {
      gone.push({ thread: thread.id, id: message.id });
      threads.drop(thread);
    }
    thread.state = "idle";
    away.push(thread);
  };
  const comeBack = (thread: Thread): void => {
    thread.retreating = false;
    threads.line(thread, "back");
  };

  for (const move of moves) {
    if (move.kind === "add") {
      const item = inHand(`thread-${move.thread}`, move.lane);
      added.push(item.message.id);
      threads.add(item);
    } else if (move.kind === "send") send(move.lane);
    else if (move.kind === "come back") {
      const thread = take(away, move.nth);
      if (thread) comeBack(thread);
    } else if (move.kind === "empty" || move.kind === "leave") {
      const idle = [...threads.all()].filter(({ state, retreating }) => state === "ready" && !retreating);
      const thread = take(idle, move.nth);
      if (thread && move.kind === "leave") leave(thread);
      else if (thread)
        for (const { message } of threads.empty(thread)) gone.push({ thread: thread.id, id: message.id });
    } else {
      const thread = take(busy, move.nth);
      if (thread && move.kind === "done") done(thread);
      else if (thread) {
        thread.state = "idle";
        threads.line(thread, "front");
      }
    }
    expect(threads.size()).toBe(added.length - gone.length);
  }
  for (const thread of away) comeBack(thread);
  for (const thread of busy.splice(0)) done(thread);
  while (LANES.some(send)) for (const thread of busy.splice(0)) done(thread);
  return { threads, added, gone };
};

describe("the threads of a process", () => {
  test("never forget a message: all that was added comes out", () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const { threads, added, gone } = play(moves);
        expect(gone.map(({ id }) => id).sort()).toEqual(added);
        expect(threads.size()).toBe(0);
        expect([...threads.all()].flatMap(({ items }) => items)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("let the messages of a thread out in the order in which they came", () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const { gone } = play(moves);
        for (const messages of Map.groupBy(gone, ({ thread }) => thread).values()) {
          const ids = messages.map(({ id }) => id);
          expect(ids).toEqual([...ids].sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  test("are forgotten when there are many with nothing in them, and only those", () => {
    const threads = createThreads(10);
    const kept = threads.add(inHand("kept", "relay"));
    for (let n = 0; n < 1_000; n += 1) {
      const thread = threads.add(inHand(`passing-${n}`, "system"));
      threads.shift("system");
      threads.drop(thread);
      threads.line(thread, "back");
      expect([...threads.all()].length).toBeLessThanOrEqual(11);
      expect(threads.get("kept")).toBe(kept);
    }
  });

  test("take turns within a lane", () => {
    const threads = createThreads();
    for (const recipient of ["a", "a", "b", "c"]) threads.add(inHand(recipient, "relay"));
    const order: string[] = [];
    for (let thread = threads.shift("relay"); thread; thread = threads.shift("relay")) {
      order.push(thread.id);
      threads.drop(thread);
      threads.line(thread, "back");
    }
    expect(order).toEqual(["a", "b", "c", "a"]);
  });

  test("that are put in front go first again", () => {
    const threads = createThreads();
    for (const recipient of ["a", "b"]) threads.add(inHand(recipient, "relay"));
    const thread = threads.shift("relay")!;
    threads.line(thread, "front");
    expect(threads.first("relay")).toBe(thread);
  });

  test("stay quick when thousands stand in line", () => {
    const threads = createThreads();
    for (let i = 0; i < 5_000; i += 1) threads.add(inHand(`thread-${i}`, "relay"));
    let count = 0;
    for (let thread = threads.shift("relay"); thread; thread = threads.shift("relay")) count += 1;
    expect(count).toBe(5_000);
  });
});

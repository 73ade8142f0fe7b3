import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OutboundMessage, PRIORITIES, type Priority } from "#core/domain/message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import {
  createRecipientQueues,
  type OwnedMessage,
  type RecipientQueue,
} from "#core/engine/outbound/recipient-queues.ts";

let births = 0;

const inHand = (recipientId: string, priority: Priority): OwnedMessage => {
  births += 1;
  const message: OutboundMessage = {
    id: String(births).padStart(8, "0"),
    ...{ conversationId: "c", senderId: null, recipientId, priority, text: "" },
    ...{ source: "447700900001" as Msisdn, destination: "447700900002" as Msisdn },
    ...{ receivedAt: 0, expiresAt: 1 },
  };
  return {
    message,
    ...{ claimed: false, validUntil: Number.POSITIVE_INFINITY, since: 0, attempts: 0, answerLost: false },
    ...{ unsent: 0, partsAccepted: 0, pinned: null, reference: 0 },
    ...{ previous: null, next: null, isLinked: false },
  };
};

type Move =
  | { readonly kind: "add"; readonly thread: number; readonly priority: Priority }
  | { readonly kind: "send"; readonly priority: Priority }
  | { readonly kind: "done" | "again" | "leave" | "come back" | "empty"; readonly nth: number };

const laneArbitrary = fc.constantFrom(...PRIORITIES);
const movesArbitrary: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        thread: fc.nat({ max: 4 }),
        priority: laneArbitrary,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), priority: laneArbitrary }) },
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
  const threads = createRecipientQueues();
  const added: string[] = [];
  const gone: { readonly thread: string; readonly id: string }[] = [];
  const busy: RecipientQueue[] = [];
  const away: RecipientQueue[] = [];
  const take = <T>(all: T[], nth: number): T | undefined => all.splice(nth % Math.max(1, all.length), 1)[0];

  const send = (priority: Priority): boolean => {
    const thread = threads.first(priority);
    if (!thread) return false;
    expect(thread.items[0]!.message.priority).toBe(priority);
    expect(threads.shift(priority)).toBe(thread);
    thread.state = "busy";
    busy.push(thread);
    return true;
  };
  const done = (thread: RecipientQueue): void => {
    gone.push({ thread: thread.id, id: thread.items[0]!.message.id });
    threads.drop(thread);
    thread.state = "idle";
    threads.line(thread, "back");
  };
  const leave = (thread: RecipientQueue): void => {
    thread.requeuing = true;
    for (const { message } of [...thread.items]) {
      gone.push({ thread: thread.id, id: message.id });
      threads.drop(thread);
    }
    thread.state = "idle";
    away.push(thread);
  };
  const comeBack = (thread: RecipientQueue): void => {
    thread.requeuing = false;
    threads.line(thread, "back");
  };

  for (const move of moves) {
    if (move.kind === "add") {
      const item = inHand(`thread-${move.thread}`, move.priority);
      added.push(item.message.id);
      threads.add(item);
    } else if (move.kind === "send") send(move.priority);
    else if (move.kind === "come back") {
      const thread = take(away, move.nth);
      if (thread) comeBack(thread);
    } else if (move.kind === "empty" || move.kind === "leave") {
      const idle = [...threads.all()].filter(({ state, requeuing }) => state === "ready" && !requeuing);
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
  while (PRIORITIES.some(send)) for (const thread of busy.splice(0)) done(thread);
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
    const threads = createRecipientQueues(10);
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

  test("take turns within a priority", () => {
    const threads = createRecipientQueues();
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
    const threads = createRecipientQueues();
    for (const recipient of ["a", "b"]) threads.add(inHand(recipient, "relay"));
    const thread = threads.shift("relay")!;
    threads.line(thread, "front");
    expect(threads.first("relay")).toBe(thread);
  });

  test("stay quick when thousands stand in line", () => {
    const threads = createRecipientQueues();
    for (let i = 0; i < 5_000; i += 1) threads.add(inHand(`thread-${i}`, "relay"));
    let count = 0;
    for (let thread = threads.shift("relay"); thread; thread = threads.shift("relay")) count += 1;
    expect(count).toBe(5_000);
  });
});

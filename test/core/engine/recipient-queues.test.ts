import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { PRIORITIES, type Priority } from "#core/domain/priority.ts";
import type { OwnedMessage } from "#core/engine/outbound/owned-message.ts";
import { createRecipientQueues, type RecipientQueue } from "#core/engine/outbound/recipient-queues.ts";

let births = 0;

const owned = (recipientId: string, priority: Priority): OwnedMessage => {
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
    blockedBy: null,
    serviceId: null,
    ...{ unsent: 0, partsAccepted: 0, pinned: null, reference: 0 },
    ...{ previous: null, next: null, isLinked: false },
  };
};

type Move =
  | { readonly kind: "add"; readonly queue: number; readonly priority: Priority }
  | { readonly kind: "send"; readonly priority: Priority }
  | { readonly kind: "done" | "again" | "leave" | "return" | "empty"; readonly nth: number };

const priorityArbitrary = fc.constantFrom(...PRIORITIES);
const movesArbitrary: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        queue: fc.nat({ max: 4 }),
        priority: priorityArbitrary,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), priority: priorityArbitrary }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "done" as const,
          "done" as const,
          "again" as const,
          "leave" as const,
          "return" as const,
          "empty" as const,
        ),
        nth: fc.nat({ max: 4 }),
      }),
    },
  ),
  { maxLength: 60, size: "max" },
);

/** Moves messages about as the dispatcher does; answers those that left, by queue, in order. */
const play = (moves: readonly Move[]) => {
  const queues = createRecipientQueues();
  const added: string[] = [];
  const gone: { readonly queue: string; readonly id: string }[] = [];
  const busy: RecipientQueue[] = [];
  const away: RecipientQueue[] = [];
  const take = <T>(all: T[], nth: number): T | undefined => all.splice(nth % Math.max(1, all.length), 1)[0];

  const send = (priority: Priority): boolean => {
    const queue = queues.first(priority);
    if (!queue) return false;
    expect(queue.items[0]!.message.priority).toBe(priority);
    expect(queues.shift(priority)).toBe(queue);
    queue.state = "busy";
    busy.push(queue);
    return true;
  };
  const done = (queue: RecipientQueue): void => {
    gone.push({ queue: queue.id, id: queue.items[0]!.message.id });
    queues.drop(queue);
    queue.state = "idle";
    queues.line(queue, "back");
  };
  const leave = (queue: RecipientQueue): void => {
    queue.requeuing = true;
    for (const { message } of [...queue.items]) {
      gone.push({ queue: queue.id, id: message.id });
      queues.drop(queue);
    }
    queue.state = "idle";
    away.push(queue);
  };
  const returned = (queue: RecipientQueue): void => {
    queue.requeuing = false;
    queues.line(queue, "back");
  };

  for (const move of moves) {
    if (move.kind === "add") {
      const item = owned(`recipient-${move.queue}`, move.priority);
      added.push(item.message.id);
      queues.add(item);
    } else if (move.kind === "send") send(move.priority);
    else if (move.kind === "return") {
      const queue = take(away, move.nth);
      if (queue) returned(queue);
    } else if (move.kind === "empty" || move.kind === "leave") {
      const idle = [...queues.all()].filter(({ state, requeuing }) => state === "ready" && !requeuing);
      const queue = take(idle, move.nth);
      if (queue && move.kind === "leave") leave(queue);
      else if (queue)
        for (const { message } of queues.empty(queue)) gone.push({ queue: queue.id, id: message.id });
    } else {
      const queue = take(busy, move.nth);
      if (queue && move.kind === "done") done(queue);
      else if (queue) {
        queue.state = "idle";
        queues.line(queue, "front");
      }
    }
    expect(queues.size()).toBe(added.length - gone.length);
  }
  for (const queue of away) returned(queue);
  for (const queue of busy.splice(0)) done(queue);
  while (PRIORITIES.some(send)) for (const queue of busy.splice(0)) done(queue);
  return { queues, added, gone };
};

describe("the recipient queues of a process", () => {
  test("never forget a message: all that was added comes out", () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const { queues, added, gone } = play(moves);
        expect(gone.map(({ id }) => id).sort()).toEqual(added);
        expect(queues.size()).toBe(0);
        expect([...queues.all()].flatMap(({ items }) => items)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("let the messages of a queue out in the order in which they came", () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const { gone } = play(moves);
        for (const messages of Map.groupBy(gone, ({ queue }) => queue).values()) {
          const ids = messages.map(({ id }) => id);
          expect(ids).toEqual([...ids].sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  test("are forgotten when there are many with nothing in them, and only those", () => {
    const queues = createRecipientQueues(10);
    const kept = queues.add(owned("kept", "relay"));
    for (let n = 0; n < 1_000; n += 1) {
      const queue = queues.add(owned(`passing-${n}`, "system"));
      queues.shift("system");
      queues.drop(queue);
      queues.line(queue, "back");
      expect([...queues.all()].length).toBeLessThanOrEqual(11);
      expect(queues.get("kept")).toBe(kept);
    }
  });

  test("take turns within a priority", () => {
    const queues = createRecipientQueues();
    for (const recipient of ["a", "a", "b", "c"]) queues.add(owned(recipient, "relay"));
    const order: string[] = [];
    for (let queue = queues.shift("relay"); queue; queue = queues.shift("relay")) {
      order.push(queue.id);
      queues.drop(queue);
      queues.line(queue, "back");
    }
    expect(order).toEqual(["a", "b", "c", "a"]);
  });

  test("that are put in front go first again", () => {
    const queues = createRecipientQueues();
    for (const recipient of ["a", "b"]) queues.add(owned(recipient, "relay"));
    const queue = queues.shift("relay")!;
    queues.line(queue, "front");
    expect(queues.first("relay")).toBe(queue);
  });

  test("stay quick when thousands stand in line", () => {
    const queues = createRecipientQueues();
    for (let i = 0; i < 5_000; i += 1) queues.add(owned(`recipient-${i}`, "relay"));
    let count = 0;
    for (let queue = queues.shift("relay"); queue; queue = queues.shift("relay")) count += 1;
    expect(count).toBe(5_000);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { isDelayed } from "#core/domain/delay.ts";
import { PRIORITIES } from "#core/domain/priority.ts";

const text = fc.record({
  conversationId: fc.constant("c"),
  senderId: fc.option(fc.constant("s")),
  priority: fc.constantFrom(...PRIORITIES),
  receivedAt: fc.nat({ max: 1_000 }),
  expiresAt: fc.nat({ max: 2_000 }),
});

test("a writer is told of what people write, from the end of the wait until the text is over, where the service says so", () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 2_000 }), fc.option(fc.nat({ max: 1_000 })), (waiting, now, after) => {
      const isOwn = waiting.priority === "relay" && waiting.senderId !== null;
      const isDue = after !== null && now - waiting.receivedAt >= after;
      expect(isDelayed(waiting, now, after)).toBe(isOwn && isDue && now < waiting.expiresAt);
    }),
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FinalState, isFinal, stateOf } from "#core/domain/message-state.ts";
import { PARTITIONS, partitionOf } from "#core/domain/partition.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import { uuidArbitrary } from "#test/support/arbitraries.ts";

const progressArbitrary = fc.record({
  waitsForParts: fc.boolean(),
  accepted: fc.boolean(),
  answerLost: fc.boolean(),
  claimed: fc.boolean(),
});
const finalArbitrary = fc.constantFrom<FinalState>("delivered", "failed", "expired", "blocked", "unroutable");

describe("the state of a message", () => {
  test("is its verdict once there is one, whatever else is known", () => {
    fc.assert(
      fc.property(finalArbitrary, progressArbitrary, (state, progress) => {
        expect(stateOf({ state }, progress)).toBe(state);
      }),
    );
  });

  test("is final only with a verdict", () => {
    fc.assert(
      fc.property(progressArbitrary, (progress) => {
        expect(isFinal(stateOf(null, progress))).toBe(false);
      }),
    );
  });

  test("is sent as soon as a carrier has taken all of it, though an earlier answer was lost", () => {
    const none = { waitsForParts: false, accepted: false, answerLost: false, claimed: false };
    expect(stateOf(null, none)).toBe("queued");
    expect(stateOf(null, { ...none, claimed: true })).toBe("sending");
    expect(stateOf(null, { ...none, claimed: true, answerLost: true })).toBe("unknown");
    expect(stateOf(null, { ...none, answerLost: true, accepted: true })).toBe("sent");
  });
});

describe("the partition of a thread", () => {
  test("is one of them, and always the same", () => {
    fc.assert(
      fc.property(uuidArbitrary, (id) => {
        const partition = partitionOf(id);
        expect(partition).toBe(partitionOf(id));
        expect(Number.isInteger(partition) && partition >= 0 && partition < PARTITIONS).toBe(true);
      }),
    );
  });

  test("is as likely to be any as any other", () => {
    const octets = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
    const counts = Map.groupBy(octets, (octet) => partitionOf(`00000000-0000-7000-8000-0000000000${octet}`));
    expect(counts.size).toBe(PARTITIONS);
    expect(new Set([...counts.values()].map(({ length }) => length))).toEqual(new Set([256 / PARTITIONS]));
  });
});

test("priorities keep the numbers under which they are stored", () => {
  expect(PRIORITIES.map((priority, stored) => [stored, priority])).toEqual([
    [0, "relay"],
    [1, "system"],
    [2, "broadcast"],
  ]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWindow, SEQUENCE_MAX } from "#adapters/smpp/session/window.ts";

const times = { responseMs: 10, lateMs: 100 };

describe("the requests in flight", () => {
  it("have numbers that nobody else has, also when these start again at 1", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 15, size: "max" }),
        fc.nat(5),
        (pending, before) => {
          const window = createWindow<string>(times, SEQUENCE_MAX - before);
          for (const sequence of pending) window.add(sequence, "", 0, 0);
          const inUse = 1;
          const numbers = Array.from({ length: 40 }, () => {
            const sequence = window.nextSequence(inUse);
            window.add(sequence, "", 0, 0);
            return sequence;
          });
          expect(new Set([...pending, inUse, ...numbers]).size).toBe(new Set([...pending, inUse]).size + 40);
          expect(numbers.every((sequence) => sequence >= 1 && sequence <= SEQUENCE_MAX)).toBe(true);
        },
      ),
    );
  });

  it("are each handed back once: answered, expired, or drained", () => {
    const move = fc.oneof(
      fc.constant({ kind: "add" as const }),
      fc.record({ kind: fc.constant("take" as const), which: fc.nat(60) }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(8) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60, size: "max" }), (moves) => {
        const window = createWindow<number>(times);
        const back: number[] = [];
        let now = 0;
        let added = 0;
        for (const each of moves) {
          if (each.kind === "add") window.add(window.nextSequence(null), ++added, now, 0);
          if (each.kind === "take") back.push(...[window.take(each.which)?.context ?? []].flat());
          if (each.kind === "pass") {
            now += each.ms;
            const expired = window.expire(now);
            expect(expired.every(({ sentAt }) => sentAt + times.responseMs <= now)).toBe(true);
            expect(window.nextDeadline()).toBeGreaterThan(now);
            back.push(...expired.map(({ context }) => context));
          }
        }
        back.push(...window.drain().map(({ context }) => context));
        expect(back.toSorted((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, i) => i + 1));
        expect(window.size()).toBe(0);
      }),
    );
  });

  it("are known for a while after they expired, unless their number is used again", () => {
    const window = createWindow<string>(times);
    for (const name of ["a", "b", "c"]) window.add(window.nextSequence(null), name, 0, 0);
    expect(window.expire(10)).toHaveLength(3);
    expect(window.takeLate(1, 50)?.context).toBe("a");
    expect(window.takeLate(1, 50)).toBeNull();
    window.add(2, "new", 50, 0);
    expect(window.takeLate(2, 50)).toBeNull();
    expect(window.takeLate(3, 111)).toBeNull();
  });
});

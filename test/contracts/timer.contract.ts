import { describe, expect, test } from "vitest";
import type { Timer } from "#core/ports/timer.ts";

export interface TimerHarness {
  readonly timer: Timer;
  /** Lets at least so much time pass, in milliseconds. */
  pass(ms: number): void | Promise<void>;
}

/** What every `Timer` promises. */
export const timerContract = (name: string, create: () => TimerHarness): void => {
  describe(`the timer of ${name}`, () => {
    test("calls back once, not before its time and never within the asking", async () => {
      const { timer, pass } = create();
      const calls: string[] = [];
      timer.after(0, () => calls.push("at once"));
      timer.after(20, () => calls.push("soon"));
      const cancel = timer.after(3_600_000, () => calls.push("late"));
      expect(calls).toEqual([]);
      await pass(5);
      expect(calls[0]).toBe("at once");
      await pass(20);
      await pass(20);
      expect(calls).toEqual(["at once", "soon"]);
      cancel();
    });

    test("calls nobody back who has cancelled, and cancelling late does no harm", async () => {
      const { timer, pass } = create();
      const calls: string[] = [];
      const cancel = timer.after(1, () => calls.push("cancelled"));
      cancel();
      const done = timer.after(1, () => calls.push("done"));
      await pass(5);
      done();
      cancel();
      expect(calls).toEqual(["done"]);
    });
  });
};

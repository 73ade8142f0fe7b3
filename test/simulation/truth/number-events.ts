import type { LoggedEvent } from "#core/domain/event.ts";
import type { StateChange } from "#core/ports/events.ts";
import type { NewNumber } from "#core/ports/numbers.ts";
import { Broken } from "./broken.ts";

/** Follows which numbers come, drain and go, and what counts of the pools have found; says in the end whether the log tells exactly that. */
export interface NumberEvents {
  /** A call to the store, at its commit. */
  observe(call: string, args: readonly unknown[], answer: unknown): void;
  finalCheck(log: readonly LoggedEvent[]): void;
}

const TYPES: ReadonlySet<string> = new Set([
  "number.rented",
  "number.drained",
  "number.released",
  "pool.low",
  "pool.exhausted",
]);

/** `own`: the numbers that are there in the beginning. */
export const createNumberEvents = (own: Iterable<string>): NumberEvents => {
  const isDraining = new Map([...own].map((number) => [number, false]));
  const states = new Map<string, string>();
  const expected: string[] = [];
  return {
    observe: (call, args, answer) => {
      if (call === "events.tellChanges") {
        for (const { of, state, event } of args[0] as readonly StateChange[]) {
          if (!of.startsWith("pool.") || states.get(of) === state) continue;
          states.set(of, state);
          if (event !== null) expected.push(`${event.type} ${event.subject}`);
        }
        return;
      }
      if (call === "numbers.add") {
        const { number } = args[0] as NewNumber;
        if (answer === "participant" || isDraining.has(number)) return;
        isDraining.set(number, false);
        expected.push(`number.rented ${number}`);
        return;
      }
      const number = args[0] as string;
      if (call === "numbers.drain") {
        if (answer === null || isDraining.get(number) !== false) return;
        isDraining.set(number, true);
        expected.push(`number.drained ${number}`);
      } else if (call === "numbers.remove" && answer === "removed") {
        isDraining.delete(number);
        expected.push(`number.released ${number}`);
      }
    },
    finalCheck: (log) => {
      const told = log.filter(({ type }) => TYPES.has(type)).map(({ type, subject }) => `${type} ${subject}`);
      if (told.join() !== expected.join())
        throw new Broken(
          "told as it happened",
          `the log tells of numbers: ${told.join(", ") || "nothing"}; it was: ${expected.join(", ") || "nothing"}`,
        );
    },
  };
};

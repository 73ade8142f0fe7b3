import { describe, expect, test } from "vitest";
import { memoryChance } from "#adapters/memory/chance.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryTimer } from "#adapters/memory/timer.ts";
import { chanceContract } from "#test/contracts/chance.contract.ts";
import { idsContract } from "#test/contracts/ids.contract.ts";
import { timerContract } from "#test/contracts/timer.contract.ts";
import { NOON } from "#test/support/traffic-builders.ts";

chanceContract("the memory", () => memoryChance(42));
idsContract("the memory", (clock) => memoryIds({ clock }));
timerContract("the memory", () => {
  const timer = memoryTimer(memoryClock(NOON));
  return { timer, pass: timer.advance };
});

describe("time that passes when told to", () => {
  test("calls back in order of time, then of asking, with the clock at the very instant", () => {
    const clock = memoryClock(NOON);
    const timer = memoryTimer(clock);
    const calls: [string, number][] = [];
    const call = (name: string) => () => calls.push([name, clock.now() - NOON]);
    timer.after(20, call("third"));
    timer.after(10, () => {
      call("first")();
      timer.after(10, call("fourth"));
    });
    timer.after(10, call("second"));
    expect(timer.nextIn()).toBe(10);
    timer.advance(25);
    expect(calls).toEqual([
      ["first", 10],
      ["second", 10],
      ["third", 20],
      ["fourth", 20],
    ]);
    expect(clock.now()).toBe(NOON + 25);
    expect(timer.fireNext()).toBe(false);
    expect(timer.nextIn()).toBeNull();
  });

  test("is not moved by a clock that jumps", () => {
    const clock = memoryClock(NOON);
    const timer = memoryTimer(clock);
    let called = false;
    timer.after(10, () => {
      called = true;
    });
    clock.advance(3_600_000);
    timer.advance(9);
    expect(called).toBe(false);
    clock.set(NOON - 3_600_000);
    expect(timer.fireNext()).toBe(true);
    expect(called).toBe(true);
    expect(clock.now()).toBe(NOON - 3_600_000 + 1);
  });
});

test("chance and ids can be replayed, and differ from seed to seed and from process to process", () => {
  const draw = (seed: number) => {
    const chance = memoryChance(seed);
    return Array.from({ length: 20 }, () => chance.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const name = (process: number) => {
    const ids = memoryIds({ clock: memoryClock(NOON), process });
    return Array.from({ length: 1_000 }, () => ids.next());
  };
  expect(name(1)).toEqual(name(1));
  expect(new Set([...name(1), ...name(2)]).size).toBe(2_000);
});

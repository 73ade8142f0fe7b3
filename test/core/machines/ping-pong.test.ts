import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ANSWER_MS,
  type Direction,
  HOLD_MAX_MS,
  HOLD_MS,
  HOLD_SILENCE_MS,
  LOOP_TEXTS,
  newPingPong,
  type ObservedText,
  observe,
  pingPongAfter,
} from "#core/domain/machines/ping-pong.ts";

const NOW = 1_800_000_000_000;

/** What "a few dozen" is taken for: all texts of the exchange, also those that were not relayed. */
const FEW_DOZEN = 40;

const other = (direction: Direction): Direction => (direction === "a" ? "b" : "a");

interface Delays {
  readonly a: () => number;
  readonly b: () => number;
}

/** Both sides answer every text that reaches them with one. Gives the texts received, and how many of them were relayed. */
const exchangeOfMachines = (first: readonly ObservedText[], delays: Delays, state = newPingPong()) => {
  const underWay = [...first];
  let received = 0;
  let relayed = 0;
  while (underWay.length > 0 && received < 10 * FEW_DOZEN) {
    underWay.sort((one, another) => one.at - another.at);
    const text = underWay.shift()!;
    received += 1;
    if (observe(state, text.direction, text.at) === "loop") continue;
    relayed += 1;
    const answerer = other(text.direction);
    underWay.push({ direction: answerer, at: text.at + delays[answerer]() });
  }
  return { received, relayed, state };
};

/** Delays within a range, in an order that the seeds decide. */
const delayArbitrary = (maxMs: number): fc.Arbitrary<() => number> =>
  fc
    .tuple(fc.nat({ max: maxMs }), fc.nat({ max: maxMs }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
    .map(([one, another, seed]) => {
      const next = randomFrom(seed);
      const [low, high] = one < another ? [one, another] : [another, one];
      return () => Math.round(low + next() * (high - low));
    });

/** Numbers from 0 to 1, the same for the same seed (a 32-bit mixing generator). */
const randomFrom = (seed: number): (() => number) => {
  let current = seed;
  return () => {
    current = (current + 0x6d2b79f5) | 0;
    let mixed = Math.imul(current ^ (current >>> 15), current | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

describe("two machines that answer each other", () => {
  test("end within a few dozen texts, whatever their delays up to 10 s", () => {
    fc.assert(
      fc.property(delayArbitrary(ANSWER_MS), delayArbitrary(ANSWER_MS), (a, b) => {
        const { received } = exchangeOfMachines([{ direction: "a", at: NOW }], { a, b });
        expect(received).toBeLessThanOrEqual(FEW_DOZEN);
      }),
      { numRuns: 1_000 },
    );
  });

  test("end when texts of ours have set both of them going", () => {
    fc.assert(
      fc.property(delayArbitrary(ANSWER_MS), delayArbitrary(ANSWER_MS), fc.nat(5_000), (a, b, later) => {
        const first: ObservedText[] = [
          { direction: "a", at: NOW },
          { direction: "b", at: NOW + later },
        ];
        expect(exchangeOfMachines(first, { a, b }).received).toBeLessThanOrEqual(FEW_DOZEN + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("end also when many texts of theirs are under way at once", () => {
    fc.assert(
      fc.property(
        delayArbitrary(2_000),
        delayArbitrary(2_000),
        fc.integer({ min: 3, max: 12 }),
        (a, b, many) => {
          const first = Array.from(
            { length: many },
            (_, n): ObservedText => ({
              direction: n % 2 === 0 ? "a" : "b",
              at: NOW + n,
            }),
          );
          expect(exchangeOfMachines(first, { a, b }).received).toBeLessThanOrEqual(3 * FEW_DOZEN);
        },
      ),
    );
  });

  test("end also when they are slow but regular", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12_000, max: 45_000 }),
        fc.integer({ min: 0, max: 45_000 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (slow, quick, seed) => {
          const next = randomFrom(seed);
          const near = (ms: number) => () => Math.round(ms * (1 + 0.3 * next()));
          const { received } = exchangeOfMachines([{ direction: "b", at: NOW }], {
            a: near(slow),
            b: near(quick),
          });
          expect(received).toBeLessThanOrEqual(FEW_DOZEN);
        },
      ),
    );
  });

  test("end also in the middle of what people wrote, and again each time that they begin", () => {
    const chat = pingPongAfter(humanTexts({ seed: 7, medianMs: 9_000, sigma: 0.8, texts: 50 }));
    const at = chat.a.lastAt + 600_000;
    const delays = { a: () => 50, b: () => 900 };
    const once = exchangeOfMachines([{ direction: "a", at }], delays, chat);
    expect(once.received).toBeLessThanOrEqual(FEW_DOZEN);
    const again = exchangeOfMachines([{ direction: "b", at: at + 3_600_000 }], delays, once.state);
    expect(again.relayed).toBeGreaterThan(0);
    expect(again.received).toBeLessThanOrEqual(FEW_DOZEN);
  });
});

interface Manner {
  readonly seed: number;
  readonly medianMs: number;
  /** Of the logarithm of the time to answer. */
  readonly sigma: number;
  readonly texts: number;
}

/** Two people: they take their time, write two or three texts in a row now and then, and a dozen quick answers. */
const humanTexts = ({ seed, medianMs, sigma, texts }: Manner): readonly ObservedText[] => {
  const next = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
  const written: ObservedText[] = [];
  let at = NOW;
  let direction: Direction = "a";
  let quick = 0;
  while (written.length < texts) {
    written.push({ direction, at: Math.round(at) });
    quick -= 1;
    if (quick < -20 && next() < 0.02) quick = 12;
    if (quick > 0) {
      at += 400 + 2_600 * next();
      direction = other(direction);
    } else if (next() < 0.2) {
      at += 1_500 + 6_000 * next();
    } else {
      at += medianMs * Math.exp(sigma * normal());
      direction = other(direction);
    }
  }
  return written;
};

const mannerArbitrary: fc.Arbitrary<Manner> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  medianMs: fc.integer({ min: 8_000, max: 60_000 }),
  sigma: fc.double({ min: 0.6, max: 1.4, noNaN: true }),
  texts: fc.constant(400),
});

const resultsOf = (texts: readonly ObservedText[], state = newPingPong()) =>
  texts.map(({ direction, at }) => observe(state, direction, at));

/** Texts in turn, each so long after the one before. */
const alternating = (count: number, gapMs: number, at = NOW): readonly ObservedText[] =>
  Array.from({ length: count }, (_, nth) => ({ direction: nth % 2 ? "b" : "a", at: at + nth * gapMs }));

describe("people", () => {
  // By chance alone, one conversation in very many would look like machines: the seed keeps this test the same.
  test("are never stopped", () => {
    fc.assert(
      fc.property(mannerArbitrary, (manner) => {
        expect(resultsOf(humanTexts(manner))).not.toContain("loop");
      }),
      { numRuns: 1_000, seed: 20_261_130 },
    );
  });

  test("may give each other a dozen quick answers each", () => {
    expect(resultsOf(alternating(24, 1_000))).not.toContain("loop");
    expect(resultsOf(alternating(24, 10))).not.toContain("loop");
  });

  test("may write as many quick texts in a row as they like", () => {
    const flood = Array.from(
      { length: 500 },
      (_, nth): ObservedText => ({ direction: "a", at: NOW + nth * 100 }),
    );
    expect(resultsOf(flood)).not.toContain("loop");
  });

  test("may write two texts for every one of the other, as regularly as they like", () => {
    const texts = Array.from({ length: 300 }, (_, nth): ObservedText => {
      return { direction: nth % 3 === 2 ? "b" : "a", at: NOW + nth * 15_000 };
    });
    expect(resultsOf(texts)).not.toContain("loop");
  });

  test("may say little in turn for hours", () => {
    const gaps = [4_000, 45_000, 9_000, 130_000, 12_000, 31_000, 7_000];
    let at = NOW;
    const texts = alternating(500, 0).map(({ direction }, nth) => {
      at += gaps[nth % gaps.length]!;
      return { direction, at };
    });
    expect(resultsOf(texts)).not.toContain("loop");
  });
});

describe("after a loop", () => {
  const looped = () => pingPongAfter(alternating(LOOP_TEXTS, 1_000));
  const found = NOW + (LOOP_TEXTS - 1) * 1_000;

  test("both directions are closed, and open again after a silence", () => {
    for (const direction of ["a", "b"] as const) {
      expect(observe(looped(), direction, found + HOLD_MS - 1)).toBe("loop");
      expect(observe(looped(), direction, found + HOLD_MS)).toBe("pass");
    }
  });

  test("a text that comes meanwhile prolongs it, but not for ever", () => {
    const late = looped();
    observe(late, "a", found + HOLD_MS - 1);
    const silence = found + HOLD_MS - 1 + HOLD_SILENCE_MS;
    expect(observe(structuredClone(late), "b", silence - 1)).toBe("loop");
    expect(observe(late, "b", silence)).toBe("pass");
    const insisting = resultsOf(
      Array.from({ length: 100 }, (_, nth): ObservedText => ({ direction: "a", at: found + nth * 10_000 })),
      looped(),
    );
    expect(insisting.indexOf("pass")).toBe(HOLD_MAX_MS / 10_000);
  });
});

describe("what is kept of a conversation", () => {
  const textsArbitrary = fc
    .array(fc.tuple(fc.constantFrom<Direction>("a", "b"), fc.integer({ min: -2_000, max: 90_000 })), {
      maxLength: 300,
      size: "max",
    })
    .map((steps) => {
      let at = NOW;
      return steps.map(([direction, gapMs]): ObservedText => {
        at += gapMs;
        return { direction, at };
      });
    });

  test("is a few numbers, however long it goes on, and the same when read from what was stored", () => {
    fc.assert(
      fc.property(textsArbitrary, (texts) => {
        const state = pingPongAfter(texts);
        const written = JSON.stringify(state);
        expect(written.length).toBeLessThan(500);
        expect(JSON.parse(written)).toEqual(state);
        expect(pingPongAfter(texts)).toEqual(state);
      }),
    );
  });

  test("is found again from the last texts that were stored", () => {
    const texts = alternating(LOOP_TEXTS, 3_000);
    const before = humanTexts({ seed: 3, medianMs: 20_000, sigma: 1, texts: 80 }).map(
      ({ direction, at }) => ({
        direction,
        at: at - 86_400_000,
      }),
    );
    const known = [...before, ...texts.slice(0, -1)].slice(-LOOP_TEXTS);
    expect(resultsOf(texts.slice(-1), pingPongAfter(known))).toEqual(["loop"]);
  });

  test("takes times that go back for the same moment", () => {
    const texts = alternating(LOOP_TEXTS, -5);
    expect(resultsOf(texts).indexOf("loop")).toBe(LOOP_TEXTS - 1);
  });
});

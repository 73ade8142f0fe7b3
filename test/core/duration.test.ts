import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DURATION_MS_MAX, formatDuration, parseDuration } from "#core/domain/duration.ts";
import { durationMsArbitrary } from "#test/support/arbitraries.ts";

describe("a duration", () => {
  test("that was written can be read back exactly", () => {
    fc.assert(
      fc.property(durationMsArbitrary, (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
      }),
    );
  });

  test("is never longer than ten years, and always whole milliseconds", () => {
    const written = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 16n }),
      fc.constantFrom("ms", "s", "m", "h", "d"),
    );
    fc.assert(
      fc.property(written, ([count, unit]) => {
        const parsed = parseDuration(`${count}${unit}`);
        if (parsed.ok)
          expect(parsed.value).toSatisfy((ms: number) => Number.isInteger(ms) && ms <= DURATION_MS_MAX);
        else expect(count).toBeGreaterThan(3_650n);
      }),
    );
  });

  test.each([
    ["250ms", 250],
    ["15s", 15_000],
    ["30m", 1_800_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["0s", 0],
    ["3650d", DURATION_MS_MAX],
  ])("written as %s is read as %i ms", (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  test.each([
    "",
    "15",
    "s",
    "-1s",
    "1.5h",
    "1 h",
    "1H",
    "1h30m",
    "P1D",
    "15s\n",
    "1e3s",
    "1w",
    "3651d",
    "315360000001ms",
  ])("is not what %j says", (text) => {
    expect(parseDuration(text).ok).toBe(false);
  });

  test("is written in the largest unit that divides it", () => {
    expect([0, 250, 90_000, 5_400_000, 86_400_000].map(formatDuration)).toEqual([
      "0s",
      "250ms",
      "90s",
      "90m",
      "1d",
    ]);
  });
});

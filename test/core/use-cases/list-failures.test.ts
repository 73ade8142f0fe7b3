import { expect, test } from "vitest";
import { adviceOn } from "#core/domain/failure-advice.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { FAILURES_SINCE_MAX_MS, type FailedNumber } from "#core/ports/numbers.ts";
import { listFailures } from "#core/use-cases/list-failures.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const DAY_MS = 24 * 3_600_000;
const ONE = "447418300950" as Msisdn;
const OTHER = "447418300951" as Msisdn;

const failed = (number: Msisdn, code: string, count: number, lastAt = NOW): FailedNumber => ({
  ...{ number, code, count, lastAt },
  detail: `as the carrier says of ${code}`,
});

const asked = async (all: readonly FailedNumber[], since: number | null = null) => {
  const instants: number[] = [];
  const failures = async (from: number) => {
    instants.push(from);
    return { failed: all, isCut: false };
  };
  const listed = await listFailures({ numbers: { failures }, clock: { now: () => NOW } })(since);
  return { ...listed, instants };
};

test("failures are listed by code with what to do, the numbers with most of them first", async () => {
  const { failures } = await asked([
    failed(ONE, "smpp-0x0a", 2, NOW - 5),
    failed(ONE, "ttl", 3),
    failed(OTHER, "smpp-0x0a", 7, NOW - 9),
  ]);
  expect(failures).toMatchObject([
    {
      ...{ code: "smpp-0x0a", count: 9, lastAt: NOW - 5 },
      numbers: [
        { number: OTHER, count: 7 },
        { number: ONE, count: 2 },
      ],
    },
    { code: "ttl", count: 3 },
  ]);
  expect(failures[0]?.meaning).toContain("invalid source address");
  expect(failures[0]?.advice).toContain("carrier account holds the number");
});

test("a code that nobody has explained is told in the carrier's words", async () => {
  const { failures } = await asked([failed(ONE, "smpp-0x400", 1)]);
  expect(failures[0]).toMatchObject({ meaning: "as the carrier says of smpp-0x400" });
  expect(failures[0]?.advice).not.toBe("");
});

test("failures are those of the last day unless said, and of the last week at most", async () => {
  expect((await asked([])).instants).toEqual([NOW - DAY_MS]);
  expect((await asked([], NOW - 5)).instants).toEqual([NOW - 5]);
  expect((await asked([], 0)).instants).toEqual([NOW - FAILURES_SINCE_MAX_MS]);
});

test.each(["smpp-0x0a", "submit-15"])("%s is about the number that sends", (code) => {
  expect(adviceOn(code).isOfNumber).toBe(true);
});

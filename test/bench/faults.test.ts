import { expect, test } from "vitest";
import { type Fault, faultRun } from "#test/bench/parts/fault-run.ts";

const WINDOW = 50;
const FAULTS: readonly Fault[] = ["gateway", "link", "database", "gateway", "link"];

/** The long form is `node test/bench/faults.ts`. */
test("under load, kills, a database crash and cut links lose nothing, mix nothing up and repeat little", async () => {
  const findings = await faultRun({
    pairs: 5_000,
    window: WINDOW,
    faults: FAULTS,
    // A gateway needs a second or two to start on a busy machine, and is to work for a while before the next fault.
    everyMs: 3_000,
    random: Math.random,
    say: () => {},
  });
  expect(findings).toMatchObject({ lost: 0, misrouted: 0, outOfOrder: 0 });
  expect(findings.acknowledged).toBeGreaterThan(1_000);
  expect(findings.duplicates).toBeLessThanOrEqual(WINDOW * FAULTS.length);
}, 90_000);

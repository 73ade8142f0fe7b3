import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { type FaultBed, faultBed, faultCases } from "./fault-run.ts";

const TEXTS = 1_000;
const CONVERSATIONS = 25;
const WINDOW = 10;

let database: TestDatabase;
let bed: FaultBed;

beforeAll(async () => {
  database = await createTestDatabase();
  bed = await faultBed(database.url);
});
afterAll(async () => {
  await bed.close();
  await database.drop();
});

describe("every text arrives where it belongs, in order and once, and every receipt finds its message, when", () => {
  test.each(faultCases)("$name", async (fault) => {
    const {
      doubled,
      delivered,
      connections,
      seconds: _,
      ...report
    } = await bed.run(fault, TEXTS, CONVERSATIONS);
    expect(report).toEqual({ sent: TEXTS, lost: 0, misrouted: 0, disordered: 0, open: 0 });
    // What is taken twice over lost links counts with what is sent twice.
    const most = fault.losesAnswers ? connections * WINDOW : 0;
    expect(delivered).toBeGreaterThanOrEqual(TEXTS);
    expect(delivered - TEXTS).toBeLessThanOrEqual(most);
    expect(doubled).toBeLessThanOrEqual(most);
  });
});

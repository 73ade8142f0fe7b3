import { expect, test } from "vitest";
import type { StorageFacts } from "#core/ports/inspection.ts";
import { diagnose, findingsOf } from "#core/use-cases/diagnose.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const DAY = 86_400_000;

const healthy: StorageFacts = {
  version: "PostgreSQL 18.1 on x86_64-pc-linux-gnu, compiled by gcc",
  now: NOON,
  sizeBytes: 3 * 2 ** 30,
  connections: { used: 20, most: 100 },
  messagesUntil: NOON + 16 * DAY,
  eventsUntil: NOON + 3 * DAY,
  hasStrayMessages: false,
  oldestTransactionMs: 0,
  preparedTransactions: 0,
  waitingForLocks: 0,
  slotBytes: 0,
  pendingMigrations: [],
};

test("nothing is found in a database that is as it should be", async () => {
  const clock = { now: () => NOON };
  const findings = await diagnose({ inspection: { inspect: async () => healthy }, clock })();
  expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(findings[0]).toEqual({ check: "database", state: "ok", detail: "PostgreSQL 18.1" });
});

test.each<[string, Partial<StorageFacts>, "warn" | "bad", RegExp]>([
  ["database", { version: "CockroachDB CCL v26.1" }, "bad", /only PostgreSQL itself/],
  ["schema", { pendingMigrations: ["0002-more"] }, "bad", /lacks 0002-more.*npm run migrate/],
  ["clock", { now: NOON - 40_000 }, "bad", /40000 ms behind/],
  ["clock", { now: NOON + 3_000 }, "warn", /3000 ms ahead/],
  ["tables for messages", { messagesUntil: NOON - 1 }, "bad", /none for now/],
  ["tables for messages", { messagesUntil: NOON + 2 * DAY }, "warn", /2 more days/],
  ["tables for events", { eventsUntil: null }, "bad", /none/],
  ["stray messages", { hasStrayMessages: true }, "warn", /in no period/],
  ["transactions", { oldestTransactionMs: 600_000 }, "warn", /10 minutes/],
  ["transactions", { preparedTransactions: 1 }, "bad", /pg_prepared_xacts/],
  ["locks", { waitingForLocks: 4 }, "warn", /4 statements/],
  ["connections", { connections: { used: 90, most: 100 } }, "warn", /max_connections/],
  ["disk", { slotBytes: 20 * 2 ** 30 }, "bad", /20 GiB/],
])("the check of the %s sees %j", (check, change, state, detail) => {
  const findings = findingsOf({ ...healthy, ...change }, NOON);
  const found = findings.filter((each) => each.state !== "ok");
  expect(found).toEqual([{ check, state, detail: expect.stringMatching(detail) }]);
});

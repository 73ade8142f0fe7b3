import { DatabaseError } from "pg";
import { expect, test } from "vitest";
import { createOutageWatch } from "#adapters/postgres/outage.ts";

const refusal = (code: string): DatabaseError =>
  Object.assign(new DatabaseError("secret", 6, "error"), { code });

const watched = () => {
  const told: string[] = [];
  let now = 0;
  const watch = createOutageWatch(
    { away: (reason) => told.push(reason), back: (ms, failures) => told.push(`back ${ms} ${failures}`) },
    () => now,
  );
  return { watch, told, pass: (ms: number) => (now += ms) };
};

test("an outage is told once when it begins and once when it ends, with its length and what failed", () => {
  const { watch, told, pass } = watched();
  watch.answered();
  expect(watch.isAway()).toBe(false);
  watch.failed(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
  expect(watch.isAway()).toBe(true);
  pass(4_000);
  watch.failed(refusal("57P03"));
  pass(1_500);
  watch.answered();
  watch.answered();
  expect(told).toEqual(["it does not answer", "back 5500 2"]);
});

test.each([
  ["53300", "it has too many connections"],
  ["25006", "it is read-only: a standby, or one that is failing over"],
  ["57P01", "it is being shut down"],
])("the server's own words are put plainly (%s)", (code, reason) => {
  const { watch, told } = watched();
  watch.failed(refusal(code));
  expect(told).toEqual([reason]);
});

test.each(["23505", "40001", "40P01", "55P03", "57014", "42P01"])(
  "a statement that fails by itself is no outage (%s)",
  (code) => {
    const { watch, told } = watched();
    watch.failed(refusal(code));
    watch.failed(new TypeError("a bug"));
    expect(told).toEqual([]);
  },
);

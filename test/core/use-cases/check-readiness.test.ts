import { expect, test } from "vitest";
import type { StorageProblem } from "#core/ports/storage.ts";
import { checkReadiness } from "#core/use-cases/check-readiness.ts";

/** A process whose storage, links and end are the test's. */
const running = () => {
  const now = {
    problem: null as StorageProblem | null,
    isDraining: false,
    elapsed: 0,
    asked: 0,
  };
  const check = checkReadiness({
    storage: {
      problem: async () => {
        now.asked += 1;
        return now.problem;
      },
    },
    links: [{ status: () => ({ state: "down" }) }],
    isDraining: () => now.isDraining,
    clock: { elapsed: () => now.elapsed },
  });
  return { now, check };
};

test("a process is ready without a carrier link, which it shows, and not any more once it is ending", async () => {
  const { now, check } = running();
  expect(await check()).toEqual({ kind: "ready", linksUp: 0 });
  now.isDraining = true;
  expect(await check()).toEqual({ kind: "not-ready", reason: "draining" });
});

test.each(["away", "outdated-schema", "newer-schema", "missing-keys"] as const)(
  "a process that has started is not ready while its storage is %s, and is again after",
  async (problem) => {
    const { now, check } = running();
    expect(await check()).toMatchObject({ kind: "ready" });
    Object.assign(now, { problem, elapsed: 1_000 });
    expect(await check()).toEqual({ kind: "not-ready", reason: problem });
    Object.assign(now, { problem: null, elapsed: 2_000 });
    expect(await check()).toMatchObject({ kind: "ready" });
  },
);

test("whoever asks in a loop costs storage one question a second", async () => {
  const { now, check } = running();
  for (let n = 0; n < 30; n += 1) {
    now.elapsed = n * 100;
    await check();
  }
  expect(now.asked).toBe(3);
});

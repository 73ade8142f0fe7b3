import { expect, test } from "vitest";
import { createCallOut } from "#adapters/postgres/call-out.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

test("the first call goes out at once, those of the same moment together in one more, whatever becomes of them", async () => {
  let calls = 0;
  const callOut = createCallOut(async () => {
    calls += 1;
    throw new Error("the database is away");
  });
  callOut.call();
  expect(calls).toBe(1);
  for (let i = 0; i < 100; i += 1) callOut.call();
  expect(calls).toBe(1);
  await eventually(() => calls === 2, "the others are called out");
  callOut.close();
  callOut.call();
  expect(calls).toBe(2);
});

test("a second call waits for the first to be through", async () => {
  const first = Promise.withResolvers<void>();
  let calls = 0;
  const callOut = createCallOut(() => {
    calls += 1;
    return first.promise;
  }, 1);
  callOut.call();
  callOut.call();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(1);
  first.resolve();
  await eventually(() => calls === 2, "the second goes out");
  callOut.close();
});

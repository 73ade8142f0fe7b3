import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { dispatchContract } from "#test/contracts/dispatch.contract.ts";
import { freshId } from "#test/support/traffic-builders.ts";
import { createPostgresHarness, createPostgresStorage } from "./storage-harness.ts";

dispatchContract("PostgreSQL", createPostgresStorage);

test("a dispatcher that speaks while others look who is silent is not expired", async () => {
  const { storage, url, close } = await createPostgresHarness();
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end().then(close));
  const [late, other] = [freshId(), freshId()];
  for (const [id, leaseMs] of [
    [late, 0],
    [other, 60_000],
  ] as const)
    await storage.dispatch.join({ id, kind: "gateway", leaseMs, silentAfterMs: 0, recoverFrom: id });
  await client.query("begin");
  await client.query("update dispatcher set beat_at = clock_timestamp() + interval '1 hour' where id = $1", [
    late,
  ]);
  const beating = storage.dispatch.heartbeat({ dispatcher: other, recoverFrom: other, mayExpire: true });
  const isWaiting = async (): Promise<boolean> =>
    (await client.query("select 1 from pg_locks where not granted")).rows.length > 0;
  await expect.poll(isWaiting, { timeout: 20_000 }).toBe(true);
  await client.query("commit");
  expect(await beating).toMatchObject({ recovered: { dispatchers: 0 } });
});

import { expect, test } from "vitest";
import { eventually, joinDispatch, openFixture, stateOfMessage } from "#test/contracts/storage-fixture.ts";
import { aBatch, relayWrite } from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";
import { createPostgresHarness } from "./storage-harness.ts";

test("a batch that is written while its writer is being buried waits, and then finds itself fenced", async () => {
  const { storage, url, close } = await createPostgresHarness();
  try {
    const { ab } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    const write = relayWrite(ab, { own: true });
    await withClient(url, async (client) => {
      await client.query("begin");
      await client.query("select 1 from dispatcher where id = $1 for update", [writer]);
      const committing = storage.traffic.commit(aBatch(writer, { inbound: [write] }));
      await eventually(async () => {
        const waiting = await client.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'");
        return waiting.rows.length > 0;
      });
      await client.query("update dispatcher set expired = true where id = $1", [writer]);
      await client.query("commit");
      expect(await committing).toEqual({ kind: "fenced" });
    });
    expect(await stateOfMessage(storage, write.inbound.id)).toBeUndefined();
  } finally {
    await close();
  }
});

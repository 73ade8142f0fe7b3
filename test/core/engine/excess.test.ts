import { expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { dropExcess } from "#core/engine/maintenance/excess.ts";
import { createExcessCount } from "#core/engine/maintenance/excess-count.ts";
import type { ByExcess } from "#core/ports/reconciliation.ts";
import { createHarness } from "./harness.ts";

test("what anybody can send without end is kept up to a number, and what is beyond is told of", async () => {
  const harness = createHarness();
  const { relay } = await harness.start({ relay: { sweepMs: 10_000_000 } });
  for (const each of [1, 2, 3]) {
    const receipt = { carrierIds: [`${each}`], state: "delivered", failure: null, at: each } as const;
    await harness.time.until(relay.writer.acceptReceipt(receipt));
  }
  const told: ByExcess[] = [];
  const options = { messageTtlMs: 1, quarantineMs: 1, textRetentionMs: null, messageRetentionMs: null };
  const ports = { storage: harness.storage, writer: relay.writer, journal: recordedJournal() };
  for (const parkedMax of [2, 2])
    await dropExcess(ports, { ...options, parkedMax, onExcess: (dropped) => void told.push(dropped) });
  expect(told).toEqual([
    { receipts: 1, strangers: 0 },
    { receipts: 0, strangers: 0 },
  ]);
});

test("a flood is told of once, and counted to its end", () => {
  const told: ByExcess[] = [];
  const excess = createExcessCount((dropped) => void told.push(dropped));
  for (const strangers of [0, 5, 7, 0, 0, 2]) excess.add({ receipts: 0, strangers });
  expect(told.map(({ strangers }) => strangers)).toEqual([5, 2]);
  expect(excess.total()).toEqual({ receipts: 0, strangers: 14 });
});

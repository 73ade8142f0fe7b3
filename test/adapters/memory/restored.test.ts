import { expect, test } from "vitest";
import { memoryEvents } from "#adapters/memory/event-log.ts";
import { rememberTables } from "#adapters/memory/forgetting.ts";
import { settleRestored } from "#adapters/memory/restored.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import type { NewEvent } from "#core/domain/event.ts";

const event = (at: number): NewEvent => ({
  ...{ type: "link.up", subject: "smpp-1", data: { kind: "smpp" } },
  ...{ serviceId: null, at },
});
const pageAfter = async (events: ReturnType<typeof memoryEvents>, after: string) => {
  const page = await events.read({ after, types: null, limit: 100 });
  if (page.kind !== "page") throw new Error(page.kind);
  return page;
};

test("whoever had read past the moment of a restore reads all that is told afterwards, and nothing twice", async () => {
  const tables = emptyTables();
  const events = memoryEvents(tables);
  await events.tell([event(1), event(2)]);
  const bringBack = rememberTables(tables);
  await events.tell([event(3), event(4)]);
  const { next } = await pageAfter(events, "first");
  bringBack();
  settleRestored(tables, 5);
  await events.tell([event(6)]);
  const { items, next: last } = await pageAfter(events, next);
  expect(items.map(({ at }) => at)).toEqual([6]);
  expect((await pageAfter(events, last)).items).toEqual([]);
  expect((await pageAfter(events, "first")).items.map(({ at }) => at)).toEqual([1, 2, 6]);
});

test("two restores of one backup give no cursor twice, and a reader of the lost one misses nothing of the other", async () => {
  const tables = emptyTables();
  const events = memoryEvents(tables);
  await events.tell([event(1)]);
  const bringBack = rememberTables(tables);
  const restored = async (at: number) => {
    bringBack();
    settleRestored(tables, at);
    await events.tell([event(at), event(at + 1)]);
    return (await pageAfter(events, "first")).items.slice(1);
  };
  const lost = await restored(10);
  const kept = await restored(20);
  expect(new Set([...lost, ...kept].map(({ id }) => id)).size).toBe(4);
  for (const { cursor } of lost)
    expect((await pageAfter(events, cursor)).items.map(({ at }) => at)).toEqual([20, 21]);
  expect((await pageAfter(events, kept[0]!.cursor)).items.map(({ at }) => at)).toEqual([21]);
});

test("a restore forgets also what was nothing then", () => {
  const tables = emptyTables();
  const bringBack = rememberTables(tables);
  tables.poolCount = { at: 1, tookMs: 1, pools: [] };
  tables.reports.cursor = "1";
  bringBack();
  expect(tables.poolCount).toBeNull();
  expect(tables.reports.cursor).toBeNull();
});

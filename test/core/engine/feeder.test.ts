import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { feed } from "#core/engine/outbound/feeder.ts";
import { openFixture } from "#test/contracts/storage-fixture.ts";
import { freshId, HOUR, NOON } from "#test/support/traffic-builders.ts";

/** What happens to a broadcast: a pass of so many lines, to its end or killed before it settles, in one of two processes, or a word of its owner. */
const stepArbitrary = fc.oneof(
  fc.record({
    process: fc.nat({ max: 1 }),
    lines: fc.option(fc.nat({ max: 6 })),
    isKilled: fc.boolean(),
  }),
  fc.constantFrom("paused" as const, "active" as const, "lease" as const),
);

test("what a pass has no place for is fed by the next, in the order of each person", async () => {
  const clock = { now: () => NOON };
  const storage = memoryStorage({ clock });
  const { conversation, a, b } = await openFixture(storage);
  const id = freshId();
  const times = { startsAt: NOON, expiresAt: null, createdAt: NOON, isPromotional: false };
  await storage.broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times });
  const lines = Array.from({ length: 20 }, (_, at) => ({
    ...{ line: at + 1, conversationId: conversation.id, recipientId: at % 3 === 0 ? a.id : b.id },
    ...{ text: `Text ${at}`, ref: null },
  }));
  await storage.broadcasts.append(id, lines);
  await storage.broadcasts.activate(id, NOON);
  const options = { messageTtlMs: 3_600_000, linesAtOnce: 10 };
  expect(await feed({ storage, clock, ids: { next: freshId } }, options)).toBe(10);
  expect(await feed({ storage, clock, ids: { next: freshId } }, options)).toBe(10);
  const { items } = await storage.conversations.messages(conversation.id, { limit: 200, after: null });
  for (const { id: to } of [a, b])
    expect(items.filter(({ recipientId }) => recipientId === to).map(({ text }) => text)).toEqual(
      lines.filter(({ recipientId }) => recipientId === to).map(({ text }) => text),
    );
});

test("what advertises waits for the end of quiet hours, in order, and keeps nothing else waiting", async () => {
  // One in the evening where they are.
  let now = Date.UTC(2026, 0, 15, 21);
  const clock = { now: () => now };
  const storage = memoryStorage({ clock });
  const { conversation, a } = await openFixture(storage);
  const service = (await storage.services.get(DEFAULT_SERVICE_ID))!;
  const quietHours = { from: "20:00", to: "08:00", days: [] };
  await storage.services.change(service.id, { rules: { quietHours } });
  const begin = async (isPromotional: boolean, expiresAt: number | null): Promise<string> => {
    const id = freshId();
    const times = { startsAt: now, expiresAt, createdAt: now, isPromotional };
    await storage.broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times });
    const lines = [1, 2, 3].map((line) => ({
      ...{ line, conversationId: conversation.id, recipientId: a.id, ref: null },
      text: `${isPromotional ? "Ad" : "News"} ${line}`,
    }));
    await storage.broadcasts.append(id, lines);
    await storage.broadcasts.activate(id, now);
    return id;
  };
  const pass = () => feed({ storage, clock, ids: { next: freshId } }, { messageTtlMs: HOUR });
  const texts = async () => {
    const { items } = await storage.conversations.messages(conversation.id, { limit: 200, after: null });
    return items.map(({ text }) => text);
  };
  const ads = await begin(true, null);
  const short = await begin(true, now + HOUR);
  await pass();
  await begin(false, null);
  await pass();
  expect(await texts()).toEqual(["News 1", "News 2", "News 3"]);
  expect(await storage.broadcasts.counts(short)).toMatchObject({ expired: 3 });
  expect(await storage.broadcasts.counts(ads)).toMatchObject({ waiting: 3 });
  now = Date.UTC(2026, 0, 16, 8) - 1;
  await pass();
  expect(await texts()).toHaveLength(3);
  now += 1;
  await pass();
  expect(await texts()).toEqual(["News 1", "News 2", "News 3", "Ad 1", "Ad 2", "Ad 3"]);
});

test("each line is queued at most once, none is lost, and after a cancel nothing more is queued", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArbitrary, { maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      async (steps, count, isCancelled) => {
        let now = NOON;
        const clock = { now: () => now };
        const tables = emptyTables();
        const storages = [memoryStorage({ clock, tables }), memoryStorage({ clock, tables })] as const;
        const [{ broadcasts, conversations }] = storages;
        const { conversation, a } = await openFixture(storages[0]);
        const id = freshId();
        const times = { startsAt: NOON, expiresAt: null, createdAt: NOON, isPromotional: false };
        await broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times });
        const lines = Array.from({ length: count }, (_, at) => ({
          ...{ line: at + 1, conversationId: conversation.id, recipientId: a.id },
          ...{ text: `Text ${at}`, ref: null },
        }));
        await broadcasts.append(id, lines);
        await broadcasts.activate(id, now);
        const pass = async (process: number, lines: number | null, isKilled = false): Promise<void> => {
          const { broadcasts: real, ...others } = storages[process]!;
          const ids = { next: freshId };
          // Who is killed has queued lines, and neither settles nor releases any.
          const killed = { ...real, settle: async () => {}, release: async () => {} };
          const storage = { ...others, broadcasts: isKilled ? killed : real };
          await feed({ storage, clock, ids }, { messageTtlMs: 3_600_000, linesAtOnce: lines ?? 100 });
        };
        const queued = async () =>
          (await conversations.messages(conversation.id, { limit: 200, after: null })).items.map(
            ({ text }) => text,
          );
        for (const step of steps) {
          if (step === "lease") now += 60_000;
          else if (typeof step === "string") await broadcasts.move(id, step, now);
          else await pass(step.process, step.lines, step.isKilled);
        }
        if (isCancelled) {
          await broadcasts.move(id, "cancelled", now);
          const before = await queued();
          now += 60_000;
          await pass(0, null);
          expect(await queued()).toEqual(before);
        } else {
          await broadcasts.move(id, "active", now);
          now += 60_000;
          await pass(1, null);
          expect((await queued()).toSorted()).toEqual(lines.map(({ text }) => text).toSorted());
          expect(await broadcasts.get(id)).toMatchObject({ state: "completed" });
        }
        const all = await queued();
        expect(new Set(all).size).toBe(all.length);
      },
    ),
    { numRuns: 60 },
  );
});

import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { tellUnreachable } from "#core/use-cases/tell-unreachable.ts";
import { commit, joinDispatch, openFixture } from "#test/contracts/storage-fixture.ts";
import { anInboundOn, NOON, relayWrite, SECOND } from "#test/support/traffic-builders.ts";

const GONE = { code: "receipt-3", detail: "absent" };

test("somebody whose number three texts in a row call out of use is told of once, and is texted as before", async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const writer = await joinDispatch(storage);
  const { conversation, ab } = await openFixture(storage);
  const look = [1, 2].map(() => tellUnreachable({ ...storage, clock }));
  const told = async () => {
    for (const each of look) await each();
    const page = await storage.events.read({ after: "first", types: ["participant.unreachable"], limit: 9 });
    return page.kind === "page" ? page.items.map(({ subject, data }) => [subject, data]) : [];
  };
  for (let n = 1; n <= 5; n += 1) {
    const inbound = anInboundOn(ab, { receivedAt: clock.now() });
    const { inbound: written } = await commit(storage, writer, {
      inbound: [relayWrite(ab, { own: true, inbound })],
    });
    expect(written).toEqual(["owned"]);
    await commit(storage, writer, {
      outcomes: [{ messageId: inbound.id, at: clock.now(), state: "failed", failure: GONE }],
    });
    const once = [[ab.recipientId, { conversationId: conversation.id }]];
    expect(await told()).toEqual(n < 3 ? [] : once);
    clock.advance(SECOND);
  }
});

test("somebody is told of behind hundreds of others to whom one text has failed", async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const writer = await joinDispatch(storage);
  const fail = async (times: number): Promise<string> => {
    const { ab } = await openFixture(storage);
    for (let n = 0; n < times; n += 1) {
      const inbound = anInboundOn(ab, { receivedAt: clock.now() });
      await commit(storage, writer, { inbound: [relayWrite(ab, { own: true, inbound })] });
      const failed = { messageId: inbound.id, at: clock.now(), state: "failed", failure: GONE } as const;
      await commit(storage, writer, { outcomes: [failed] });
    }
    return ab.recipientId;
  };
  for (let n = 0; n < 500; n += 1) await fail(1);
  const gone = await fail(3);
  await tellUnreachable({ ...storage, clock })();
  const page = await storage.events.read({ after: "first", types: ["participant.unreachable"], limit: 9 });
  expect(page.kind === "page" ? page.items.map(({ subject }) => subject) : []).toEqual([gone]);
});

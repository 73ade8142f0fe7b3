import { expect, test } from "vitest";
import { basicWishRules } from "#core/domain/wishes/wish.ts";
import { createDecider } from "#core/engine/inbound/decider.ts";
import { createMemoryStorage } from "#test/adapters/memory/storage-harness.ts";
import { openFixture } from "#test/contracts/storage-fixture.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { aNoticeTo, anInboundOn, freshId, NOON } from "#test/support/traffic-builders.ts";

test("a reaction does not carry on what its sender was told alone, in one piece or in parts, and nothing else is asked for", async () => {
  const { storage } = await createMemoryStorage();
  const { conversation, ab, ba } = await openFixture(storage);
  await storage.conversations.addMessages(conversation.id, [
    aNoticeTo(ab, { text: "Your door code is 4711" }),
  ]);
  let asked = 0;
  const traffic = {
    ...storage.traffic,
    told: (listeners: Parameters<typeof storage.traffic.told>[0]) => {
      asked += 1;
      return storage.traffic.told(listeners);
    },
  };
  const decider = createDecider(
    {
      traffic,
      numbers: storage.numbers,
      services: storage.services,
      clock: { now: () => NOON },
      timer: virtualTime().timer,
      ids: { next: freshId },
    },
    { messageTtlMs: 1_000, partsTimeoutMs: 1_000, wishRules: basicWishRules, mayOwn: () => true },
  );
  const decide = async (...messages: readonly ReturnType<typeof anInboundOn>[]) =>
    decider.decide(messages.map((message) => ({ message, joins: null, done: () => {} })));

  await decide(
    anInboundOn(ab, { text: "See you" }),
    anInboundOn(ba, { text: "“Fine”, she said, and left us" }),
  );
  const before = asked;
  const [own] = await decide(anInboundOn(ab, { text: "Liked “Your door code is 4711”" }));
  expect(own!.write.decision).toMatchObject({ kind: "relay", message: { text: "Liked a message" } });
  const [others] = await decide(anInboundOn(ba, { text: "Liked “Your door code is 4711”" }));
  expect(others!.write.decision).toMatchObject({ message: { text: "Liked “Your door code is 4711”" } });
  expect(asked).toBe(before + 2);

  const part = (index: number) => ({ reference: "udh8:7", total: 2, index });
  const writes = await decide(
    anInboundOn(ab, { text: "Liked “Your door ", part: part(1) }),
    anInboundOn(ab, { text: "code is 4711”", part: part(2) }),
  );
  const joined = writes.at(-1)!.write;
  expect(joined.routeVersion).not.toBe(ab.version);
  const [again] = await decider.decide([{ message: joined.inbound, joins: joined.joins, done: () => {} }]);
  expect(again!.write).toMatchObject({
    routeVersion: ab.version,
    decision: { kind: "relay", message: { text: "Liked a message" } },
  });
});

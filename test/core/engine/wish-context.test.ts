import { expect, test } from "vitest";
import type { Route } from "#core/domain/route.ts";
import { houseWishRules } from "#core/domain/wishes/wish.ts";
import { createDecider } from "#core/engine/inbound/decider.ts";
import type { Reader } from "#core/ports/traffic.ts";
import { createMemoryStorage } from "#test/adapters/memory/storage-harness.ts";
import { commit, joinDispatch, openFixture } from "#test/contracts/storage-fixture.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { aNoticeTo, anInboundOn, freshId, NOON } from "#test/support/traffic-builders.ts";

/** A process, what it decides and writes of texts, and how often it has asked for the last text to somebody. */
const aProcess = async () => {
  const { storage } = await createMemoryStorage();
  const fixture = await openFixture(storage);
  const me = await joinDispatch(storage);
  const asked: Reader[] = [];
  const traffic = {
    ...storage.traffic,
    last: (listeners: readonly Reader[]) => {
      asked.push(...listeners);
      return storage.traffic.last(listeners);
    },
  };
  const decider = createDecider(
    {
      traffic,
      ...{ numbers: storage.numbers, services: storage.services },
      ...{ clock: { now: () => NOON }, timer: virtualTime().timer, ids: { next: freshId } },
    },
    { messageTtlMs: 1_000, partsTimeoutMs: 1_000, wishRules: houseWishRules, mayOwn: () => true },
  );
  const write = async (
    ...messages: readonly ReturnType<typeof anInboundOn>[]
  ): Promise<readonly string[]> => {
    const planned = await decider.decide(
      messages.map((message) => ({ message, joins: null, done: () => {} })),
    );
    await commit(storage, me, { inbound: planned.map((each) => each.write) });
    return planned.map(
      ({ write: { decision, beside } }) => decision.kind + (beside?.notice ? " and hint" : ""),
    );
  };
  return {
    ...fixture,
    asked,
    write,
    say: (route: Route, text: string) => write(anInboundOn(route, { text })),
    tell: (route: Route) =>
      storage.conversations.addMessages(fixture.conversation.id, [
        aNoticeTo(route, { text: "Your ride is here" }),
      ]),
  };
};

test("a word that is also speech answers whoever texted last, and only such a word asks for that", async () => {
  const { ab, ba, say, tell, asked } = await aProcess();
  await tell(ab);
  await say(ba, "I am late");
  expect(asked).toEqual([]);
  expect(await say(ab, "cancel")).toEqual(["relay and hint"]);
  expect(await say(ba, "Sure?")).toEqual(["relay"]);
  expect(await say(ab, "Cancel!")).toEqual(["relay"]);
  expect(asked).toHaveLength(2);
  await tell(ab);
  expect(await say(ab, "cancel")).toEqual(["command"]);
});

test("texts beside such a word in one batch are decided as ever, and so is one in parts", async () => {
  const { ab, ba, write, tell } = await aProcess();
  await tell(ab);
  const part = (index: number) => ({ reference: "udh8:7", total: 2, index });
  expect(
    await write(
      anInboundOn(ba, { text: "See you" }),
      anInboundOn(ab, { text: "leave me ", part: part(1) }),
      anInboundOn(ba, { text: "soon" }),
      anInboundOn(ab, { text: "alone", part: part(2) }),
    ),
  ).toEqual(["relay", "wait", "relay", "wait", "command"]);
});

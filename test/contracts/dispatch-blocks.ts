import { describe, expect, test } from "vitest";
import type { DepartureBlock } from "#core/domain/block.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { CommandKind } from "#core/domain/wishes/command.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { aNoticeTo, anInboundOn, DAY, NOON, SECOND } from "#test/support/traffic-builders.ts";
import {
  commit,
  eventually,
  holdText,
  joinDispatch,
  openFixture,
  queueText,
  type Store,
} from "./storage-fixture.ts";

export const blockCases = (store: Store): void => {
  const blockById = async (dispatcher: string): Promise<Readonly<Record<string, DepartureBlock | null>>> => {
    const request = { dispatcher, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
    const claims = await store.storage.dispatch.claim(request);
    return Object.fromEntries(claims.map(({ message, blockedBy }) => [message.id, blockedBy]));
  };

  describe("a text that was accepted before its recipient", () => {
    test("texted STOP is claimed as one that must not leave, and the answer to STOP as one that may", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const text = await queueText(storage, me, ab);
      const other = await queueText(storage, me, ba);
      const autoReply = aNoticeTo(ba, { receivedAt: NOON + SECOND });
      await commit(storage, me, { inbound: [commandWrite("stop", ba, NOON + SECOND, autoReply)] });
      expect(await blockById(me)).toEqual({ [text.id]: "opt-out", [other.id]: null });
      const ending = { messageId: text.id, state: "blocked", failure: null, at: NOON } as const;
      await commit(storage, me, { outcomes: [ending] });
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toMatchObject([
        { message: { id: autoReply.id }, blockedBy: null },
      ]);
    });

    test("or its sender texted BLOCK is claimed as one that must not leave", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const texts = [await queueText(storage, me, ab), await queueText(storage, me, ba)];
      await commit(storage, me, { inbound: [commandWrite("block", ba, NOON, null)] });
      expect(await blockById(me)).toEqual(Object.fromEntries(texts.map(({ id }) => [id, "pair-block"])));
    });

    test("is claimed as one that may leave once the platform takes the block back, which it lists", async () => {
      const { storage } = store;
      const { conversation, a, b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const text = await queueText(storage, me, ab);
      await commit(storage, me, { inbound: [commandWrite("block", ba, NOON, null)] });
      const { pairBlocks } = storage;
      const { items, next } = await pairBlocks.list(DEFAULT_SERVICE_ID, { limit: 9, after: null });
      const block = {
        ...{ serviceId: DEFAULT_SERVICE_ID, conversationId: conversation.id, since: NOON, word: "block" },
        ...{ blockerId: b.id, blockedId: a.id, virtualNumber: ba.virtualNumber },
      };
      expect([items, next]).toEqual([[{ id: items[0]!.id, ...block }], null]);
      const { id } = items[0]!;
      expect(await pairBlocks.get(id)).toEqual(items[0]);
      const first = await pairBlocks.list(null, { limit: 1, after: null });
      expect(first.items).toEqual(items);
      expect(await pairBlocks.remove(id, NOON + SECOND)).toBe(true);
      expect(await pairBlocks.remove(id, NOON + SECOND)).toBe(false);
      expect(await pairBlocks.get(id)).toBeNull();
      expect(await blockById(me)).toEqual({ [text.id]: null });
      expect(await storage.optOuts.wishes(DEFAULT_SERVICE_ID, b.number)).toMatchObject([
        { kind: "block", source: "text", word: "block" },
        { kind: "unblock", source: "api", word: null, at: NOON + SECOND },
      ]);
    });

    test("opted out is named when it is asked for, as is a notice that is older than the opt-out", async () => {
      const { storage } = store;
      const { ab, ba, b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const text = await holdText(storage, me, ab);
      const opposite = await holdText(storage, me, ba);
      const older = aNoticeTo(ba, { receivedAt: NOON });
      const younger = aNoticeTo(ba, { receivedAt: NOON + 2 * SECOND });
      const messages = [text, opposite, older, younger];
      expect(await storage.dispatch.blocks(messages)).toEqual([null, null, null, null]);
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON + SECOND);
      expect(await storage.dispatch.blocks(messages)).toEqual(["opt-out", null, "opt-out", null]);
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, b.number, NOON + SECOND);
      expect(await storage.dispatch.blocks(messages)).toEqual([null, null, null, null]);
      expect(await storage.dispatch.blocks([])).toEqual([]);
    });
  });

  test("an opt-out wakes those who listen, until they stop", async () => {
    const { storage } = store;
    const { a, b } = await openFixture(storage);
    let calls = 0;
    const stop = storage.dispatch.onBlock(() => {
      calls += 1;
    });
    await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
    await eventually(() => calls > 0);
    stop();
    const before = calls;
    await storage.optOuts.put(DEFAULT_SERVICE_ID, a.number, NOON);
    expect(calls).toBe(before);
  });
};

export const commandWrite = (
  kind: CommandKind,
  route: Route,
  receivedAt: number,
  autoReply: ReturnType<typeof aNoticeTo> | null,
): InboundWrite => ({
  inbound: anInboundOn(route, { text: kind, receivedAt }),
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: route.version,
  decision: { kind: "command", command: { kind, word: kind, scope: "service" }, route, autoReply },
  joins: [],
});

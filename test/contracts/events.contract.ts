import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventType, LoggedEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { EventPage, EventQuery, Events, StateChange } from "#core/ports/events.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  acceptanceOf,
  aNoticeTo,
  aNumber,
  anInbound,
  aParticipant,
  aReceipt,
  DAY,
  FAR_OFF,
  freshId,
  freshNumber,
  NOON,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import {
  type CreateStorage,
  commit,
  eventually,
  holdText,
  joinDispatch,
  openFixture,
  rent,
  storageOf,
} from "./storage-fixture.ts";

type Page = Extract<EventPage, { kind: "page" }>;

export const pageOf = async (
  events: Pick<Events, "read">,
  query: Partial<EventQuery> = {},
): Promise<Page> => {
  const page = await events.read({ after: "first", types: null, limit: 1_000, ...query });
  if (page.kind !== "page") throw new Error(`Expected events and not: ${page.kind}`);
  return page;
};

const MARK = "mark ";

/**
 * Everything after a place, by pages of `limit`. Somebody else's transaction may hold the log back for a while, in whatever database of the
 * cluster: so it is read until it has something that was told just now.
 */
export const allOf = async (
  events: Pick<Events, "read" | "tell">,
  query: Partial<EventQuery> = {},
): Promise<readonly LoggedEvent[]> => {
  const subject = `${MARK}${freshId()}`;
  await events.tell([{ type: "link.up", subject, data: { kind: "smpp" }, serviceId: null, at: NOON }]);
  await eventually(async () => {
    const page = await events.read({ after: "first", types: ["link.up"], limit: 1_000 });
    return page.kind === "page" && page.items.some((event) => event.subject === subject);
  });
  return readAll(events, query);
};

const readAll = async (
  events: Pick<Events, "read">,
  query: Partial<EventQuery> = {},
): Promise<readonly LoggedEvent[]> => {
  const items: LoggedEvent[] = [];
  let after = query.after ?? "first";
  for (;;) {
    const page = await pageOf(events, { ...query, after });
    items.push(...page.items.filter((event) => !event.subject?.startsWith(MARK)));
    after = page.next;
    if (page.isLast) return items;
  }
};

const typesOf = (items: readonly LoggedEvent[]): readonly EventType[] => items.map(({ type }) => type);

/** What the log tells of one subject, in its order. */
const told = async (storage: Storage, subject: string): Promise<readonly LoggedEvent[]> =>
  (await allOf(storage.events)).filter((event) => event.subject === subject);

/** What `Events` promises, whatever it is stored in. */
export const eventsContract = (name: string, create: CreateStorage): void => {
  describe(`the events of ${name}`, () => {
    const store = storageOf(create);

    test("tell of a change once, however many see it, and again only after another one", async () => {
      const { events } = store.storage;
      const pool = freshId();
      const into = (state: string, type: "pool.low" | null): StateChange => ({
        of: `pool ${pool}`,
        state,
        event: type && { type, subject: "GB", data: { free: 1 }, serviceId: null, at: NOON },
      });
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => events.tellChanges([into("low", "pool.low")])),
      );
      expect(answers.flat()).toEqual([into("low", "pool.low")]);
      expect(await events.tellChanges([into("low", "pool.low")])).toEqual([]);
      expect(await events.tellChanges([into("enough", null)])).toHaveLength(1);
      expect(await events.tellChanges([into("low", "pool.low")])).toHaveLength(1);
      expect(typesOf(await allOf(events, { types: ["pool.low"] }))).toEqual(["pool.low", "pool.low"]);
    });

    test("are read from an instant on, and nothing of what came later is missed", async () => {
      const { events } = store.storage;
      const down = (at: number, name: string) =>
        ({ type: "link.down", subject: name, data: { kind: "smpp" }, serviceId: null, at }) as const;
      const now = Date.now();
      await events.tell([down(now - DAY, "old")]);
      await events.tell([down(now, "new")]);
      const subjects = async (instant: number) =>
        (await allOf(events, { after: await events.placeAt(instant) })).map(({ subject }) => subject);
      expect(await subjects(now - 2 * DAY)).toEqual(["old", "new"]);
      expect(await subjects(now)).toContain("new");
      expect(await subjects(now + DAY)).toEqual([]);
    });

    test("tell the life of a message in the order in which it happened", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { accepted: [acceptanceOf(id, { attempts: 2 })] });
      await commit(storage, me, { receipts: [aReceipt(`carrier-${id}`)] });
      const message = {
        conversationId: conversation.id,
        senderId: ab.senderId,
        recipientId: ab.recipientId,
        segments: 1,
      };
      expect(await told(storage, id)).toMatchObject([
        { type: "message.received", data: message, at: NOON, service: "default" },
        { type: "message.sent", data: { ...message, link: "smpp", attempts: 2 }, at: NOON + SECOND },
        { type: "message.delivered", data: message, at: NOON + 2 * SECOND },
      ]);
    });

    test("tell of a message that is sent and ends by one batch in the order of causes", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, {
        accepted: [acceptanceOf(id)],
        outcomes: [{ messageId: id, state: "delivered", failure: null, at: NOON + SECOND }],
      });
      expect(typesOf(await told(storage, id))).toEqual([
        "message.received",
        "message.sent",
        "message.delivered",
      ]);
    });

    test("tell of what is written twice once", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const facts = {
        accepted: [acceptanceOf(id, { carrierId: null })],
        outcomes: [{ messageId: id, state: "failed", failure: { code: "x", detail: "" }, at: NOON }] as const,
      };
      for (let n = 0; n < 2; n += 1) await commit(storage, me, facts);
      expect(typesOf(await told(storage, id))).toEqual([
        "message.received",
        "message.sent",
        "message.failed",
      ]);
    });

    test("tell of a text that goes no further that it came and why it goes no further", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const [ours] = await rent(storage);
      const inbound = anInbound(freshNumber(), ours!);
      await commit(storage, me, {
        inbound: [
          {
            inbound,
            serviceId: DEFAULT_SERVICE_ID,
            routeVersion: null,
            decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
            joins: [],
          },
        ],
      });
      expect(await told(storage, inbound.id)).toMatchObject([
        { type: "message.received", data: { conversationId: null, senderId: null } },
        { type: "message.unroutable", data: { code: "stranger" } },
      ]);
    });

    test("do not tell of a notice of ours that it was received", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const notice = aNoticeTo(ab);
      expect(await storage.conversations.addMessages(notice.conversationId, [notice])).toBe("added");
      await commit(storage, me, { accepted: [acceptanceOf(notice.id)] });
      expect(typesOf(await told(storage, notice.id))).toEqual(["message.sent"]);
    });

    test("tell of a receipt that came before the carrier's id was known after the sending", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { receipts: [aReceipt(`carrier-${id}`)] });
      await commit(storage, me, { accepted: [acceptanceOf(id)] });
      expect(typesOf(await told(storage, id))).toEqual([
        "message.received",
        "message.sent",
        "message.delivered",
      ]);
    });

    test("tell of the parts of a long text only when all are taken and all have arrived", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const part = (n: number) => acceptanceOf(id, { part: n, parts: 2, carrierId: `${id}/${n}` });
      await commit(storage, me, { accepted: [part(0)] });
      expect(typesOf(await told(storage, id))).toEqual(["message.received"]);
      await commit(storage, me, { accepted: [part(1)] });
      for (const n of [0, 1]) await commit(storage, me, { receipts: [aReceipt(`${id}/${n}`)] });
      const types = typesOf(await told(storage, id));
      expect(types.slice(0, 2)).toEqual(["message.received", "message.sent"]);
    });

    test("tell the life of a conversation, with its version", async () => {
      const { storage } = store;
      const { conversation, a } = await openFixture(storage);
      const [ours] = await rent(storage);
      const joining = aParticipant(ours!, { virtualNumber: a.virtualNumber });
      expect((await storage.conversations.swap(swapOf(conversation, a.id, joining))).kind).toBe("swapped");
      await storage.conversations.patch(conversation.id, { metadata: { ride: "2" } });
      const closing = { id: conversation.id, quarantinedUntil: FAR_OFF, unlessTextedAfter: null };
      for (let n = 0; n < 2; n += 1)
        await storage.conversations.close({ ...closing, reason: "requested", at: NOON + 2 * DAY });
      expect(await told(storage, conversation.id)).toMatchObject([
        { type: "conversation.opened", data: { version: 1 } },
        { type: "conversation.swapped", data: { version: 2, leftId: a.id, joinedId: joining.id } },
        { type: "conversation.closed", data: { version: 4 }, at: NOON + 2 * DAY },
      ]);
    });

    test("tell a conversation that ends by itself from one that somebody closes", async () => {
      const { storage } = store;
      const fixtures = await Promise.all(
        [1, 2].map(() => openFixture(storage, { conversation: { expiresAt: NOON + DAY } })),
      );
      const [first, second] = fixtures.map(({ conversation }) => conversation.id);
      const closing = { reason: "expired", quarantinedUntil: FAR_OFF, unlessTextedAfter: null };
      await storage.conversations.close({ ...closing, id: first!, at: NOON + DAY });
      // In the caller's own words, before its time.
      await storage.conversations.close({ ...closing, id: second!, at: NOON + SECOND });
      expect((await told(storage, first!)).at(-1)).toMatchObject({
        type: "conversation.expired",
        data: { reason: "expired" },
      });
      expect((await told(storage, second!)).at(-1)!.type).toBe("conversation.closed");
    });

    test("tell of numbers that come, are drained and leave, each once", async () => {
      const { storage } = store;
      const number = freshNumber();
      for (let n = 0; n < 2; n += 1) await storage.numbers.add(aNumber(number));
      for (let n = 0; n < 2; n += 1) await storage.numbers.drain(number);
      for (let n = 0; n < 2; n += 1) await storage.numbers.remove(number, NOON + DAY);
      expect(typesOf(await told(storage, number))).toEqual([
        "number.rented",
        "number.drained",
        "number.released",
      ]);
    });

    test("tell of an opt-out and of its end as of a participant, and of nothing that changes nothing", async () => {
      const { storage } = store;
      const { a, conversation } = await openFixture(storage);
      for (let n = 0; n < 2; n += 1) await storage.optOuts.put(DEFAULT_SERVICE_ID, a.number, NOON);
      for (let n = 0; n < 2; n += 1)
        await storage.optOuts.remove(DEFAULT_SERVICE_ID, a.number, NOON + SECOND);
      const data = { source: "api", conversationId: conversation.id };
      expect(await told(storage, a.id)).toMatchObject([
        { type: "participant.opted-out", data, at: NOON },
        { type: "participant.opted-in", data, at: NOON + SECOND },
      ]);
    });

    test("show no real number and no text", async () => {
      const { storage } = store;
      const { a, b, ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id, text } = await holdText(storage, me, ab);
      const failure = { code: "x", detail: `to ${b.number}` };
      await commit(storage, me, { outcomes: [{ messageId: id, state: "failed", failure, at: NOON }] });
      await storage.optOuts.put(DEFAULT_SERVICE_ID, a.number, NOON);
      const shown = JSON.stringify(await allOf(storage.events));
      for (const secret of [a.number, b.number, text]) expect(shown).not.toContain(secret);
    });

    test("are read the same however many are read at a time, and of whatever types", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      for (let n = 0; n < 4; n += 1) {
        const { id } = await holdText(storage, me, ab);
        await commit(storage, me, { accepted: [acceptanceOf(id)] });
      }
      const all = await allOf(storage.events);
      expect(all.length).toBe(2 + 1 + 8);
      const types: readonly (readonly EventType[] | null)[] = [null, ["message.sent"], ["number.rented"], []];
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 12 }),
          fc.integer({ min: -1, max: all.length - 1 }),
          fc.constantFrom(...types),
          async (limit, at, wanted) => {
            const after = at === -1 ? "first" : all[at]!.cursor;
            const rest = all.slice(at + 1).filter(({ type }) => wanted === null || wanted.includes(type));
            expect(await readAll(storage.events, { limit, after, types: wanted })).toEqual(rest);
          },
        ),
        { numRuns: 40 },
      );
    });

    test("of now on are those that come later", async () => {
      const { storage } = store;
      await rent(storage);
      expect(await allOf(storage.events)).toHaveLength(1);
      const { items, next } = await pageOf(storage.events, { after: "now" });
      expect(items).toEqual([]);
      const [later] = await rent(storage);
      expect(await allOf(storage.events, { after: next })).toMatchObject([{ subject: later }]);
    });

    test("that another process writes are read too, and by everybody in the same order", async () => {
      const [one, other] = [store.storage, store.another()];
      await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 ? one : other).numbers.add(aNumber(freshNumber()))),
      );
      const [seen, alsoSeen] = await Promise.all([allOf(one.events), allOf(other.events)]);
      expect(seen.length).toBe(10);
      expect(alsoSeen).toEqual(seen);
    });

    test("of one service are read without those of others", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await holdText(storage, me, ab);
      await storage.events.tell([
        { type: "pool.low", subject: "GB", data: { free: 1 }, serviceId: me, at: NOON },
      ]);
      const own = await allOf(storage.events, { service: "default" });
      expect(typesOf(own)).toEqual([
        "number.rented",
        "number.rented",
        "conversation.opened",
        "message.received",
      ]);
      expect(own.every(({ service }) => service === "default")).toBe(true);
      expect(await allOf(storage.events, { service: "other" })).toEqual([]);
    });

    test("have ids of their own that stay", async () => {
      const { storage } = store;
      await rent(storage, 3);
      const items = await allOf(storage.events);
      expect(new Set(items.map(({ id }) => id)).size).toBe(3);
      expect(items.every(({ id }) => /^evt_[0-9a-z_]+$/.test(id))).toBe(true);
      expect(await allOf(storage.events, { limit: 1 })).toEqual(items);
    });

    test("wake whoever waits for them, in another process too", async () => {
      const { storage } = store;
      for (const reader of [storage, store.another()]) {
        let stop = (): void => {};
        const woken = new Promise<void>((resolve) => {
          stop = reader.events.onNews(resolve);
        });
        await storage.numbers.add(aNumber(freshNumber()));
        await woken;
        stop();
      }
    });

    test("after no cursor of ours are none", async () => {
      for (const after of ["", "-1", "1_2", "evt_1", "é", "9".repeat(40), "zzzzz_1_1_1"])
        expect(await store.storage.events.read({ after, types: null, limit: 1 })).toEqual({
          kind: "unknown-cursor",
        });
    });

    test("that tell of nothing else that is stored stand in the log like the others", async () => {
      const { storage } = store;
      await storage.events.tell([
        { type: "pool.exhausted", subject: "GB", data: { free: 0 }, serviceId: DEFAULT_SERVICE_ID, at: NOON },
        { type: "link.up", subject: "smpp", data: { kind: "smpp" }, serviceId: null, at: NOON },
      ]);
      expect(await allOf(storage.events)).toMatchObject([
        { type: "pool.exhausted", subject: "GB", data: { free: 0 }, serviceId: DEFAULT_SERVICE_ID, at: NOON },
        { type: "link.up", subject: "smpp", data: { kind: "smpp" }, serviceId: null, at: NOON },
      ]);
    });
  });
};

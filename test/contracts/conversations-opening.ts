import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Conversation, Participants } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { chooseNumber } from "#core/domain/number-pool.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { OpeningOutcome } from "#core/ports/conversations.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  aConversation,
  aNoticeTo,
  aNumber,
  anInboundOn,
  aParticipant,
  DAY,
  FAR_OFF,
  freshId,
  freshNumber,
  NOON,
  openingOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, rent, routeOf, type Store } from "./storage-fixture.ts";

/** More rounds than there are rivals: each round of conflicts has a winner. */
const CHOICES_MAX = 200;

export const openingCases = (store: Store): void => {
  describe("opening", () => {
    test("stores the conversation as it is, and both routes", async () => {
      const { storage } = store;
      const [forA, forB] = await rent(storage, 2);
      const people: Participants = [
        aParticipant(forA!, { name: "Ann 😀", country: "US", areaPrefix: "1415" }),
        aParticipant(forB!),
      ];
      const conversation = aConversation(people, {
        reference: "ride-1",
        geoMatch: "any",
        sticky: false,
        expiresAt: NOON + DAY,
        idleTtlMs: DAY,
        metadata: { city: "Łódź", "": "empty" },
      });
      expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "opened" });
      expect(await storage.conversations.get(conversation.id)).toEqual(conversation);
      expect(await storage.conversations.get(freshId())).toBeNull();
      const pair = { sender: people[0].number, virtualNumber: people[1].virtualNumber };
      expect(await routeOf(storage, pair)).toMatchObject({ openedAt: NOON, expiresAt: NOON + DAY });
    });

    test("queues the intros, which do not count as texting", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const fixture = await openFixture(storage);
      const [forA, forB] = await rent(storage, 2);
      const conversation = aConversation([aParticipant(forA!), aParticipant(forB!)]);
      const [a, b] = conversation.participants;
      const intros = [a, b].map(({ id, number }) =>
        aNoticeTo(fixture.ab, { recipientId: id, destination: number, conversationId: conversation.id }),
      );
      await storage.conversations.open(openingOf(conversation, intros));
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(claims.map(({ message }) => message)).toEqual(intros);
      expect((await storage.conversations.get(conversation.id))?.lastMessageAt).toBeNull();
    });

    test("again under the same id changes nothing", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const { conversation, ab, a } = await openFixture(storage);
      const intro = aNoticeTo(ab);
      expect(await storage.conversations.open(openingOf(conversation, [intro]))).toEqual({ kind: "exists" });
      expect(
        await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
      ).toEqual([]);
      await close(storage, conversation);
      expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "exists" });
      expect((await storage.conversations.get(conversation.id))?.participants[0]).toEqual(a);
    });

    test("at once under the same id happens once", async () => {
      const { storage } = store;
      const [forA, forB] = await rent(storage, 2);
      const conversation = aConversation([aParticipant(forA!), aParticipant(forB!)], { reference: "once" });
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => storage.conversations.open(openingOf(conversation))),
      );
      expect(outcomes.filter(({ kind }) => kind === "opened")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "exists")).toHaveLength(9);
    });

    test("refuses a reference that an open conversation has, and only an open one", async () => {
      const { storage } = store;
      const reference = "order-7";
      const { conversation } = await openFixture(storage, { conversation: { reference } });
      const [forA, forB] = await rent(storage, 2);
      const second = aConversation([aParticipant(forA!), aParticipant(forB!)], { reference });
      expect(await storage.conversations.open(openingOf(second))).toEqual({ kind: "reference-in-use" });
      expect(await storage.conversations.get(second.id)).toBeNull();
      await close(storage, conversation);
      expect(await storage.conversations.open(openingOf(second))).toEqual({ kind: "opened" });
    });

    test("with one reference at once succeeds once", async () => {
      const { storage } = store;
      const numbers = await rent(storage, 2);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => {
          const people: Participants = [aParticipant(numbers[0]!), aParticipant(numbers[1]!)];
          return storage.conversations.open(openingOf(aConversation(people, { reference: "mine" })));
        }),
      );
      expect(outcomes.filter(({ kind }) => kind === "opened")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "reference-in-use")).toHaveLength(9);
    });

    test("needs numbers that are ours and in use", async () => {
      const { storage } = store;
      const [ours, drained] = await rent(storage, 2);
      await storage.numbers.drain(drained!);
      for (const unusable of [drained!, freshNumber()]) {
        const conversation = aConversation([aParticipant(ours!), aParticipant(unusable)]);
        expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "conflict" });
        expect(await storage.conversations.get(conversation.id)).toBeNull();
      }
    });

    test("never makes one of our numbers a participant", async () => {
      const { storage } = store;
      const [forA, forB, third] = await rent(storage, 3);
      const conversation = aConversation([aParticipant(forA!, { number: third! }), aParticipant(forB!)]);
      expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "conflict" });
    });

    test("at the same time as others that cannot be done is not held up by them", async () => {
      const { storage } = store;
      const {
        conversation: known,
        a,
        b,
      } = await openFixture(storage, { conversation: { reference: "taken" } });
      const [one, two, drained] = await rent(storage, 3);
      await storage.numbers.drain(drained!);
      const between = (first: Msisdn, second: Msisdn, change: Partial<Conversation> = {}) =>
        aConversation([aParticipant(first), aParticipant(second)], change);
      const wanted: readonly (readonly [Conversation, OpeningOutcome["kind"]])[] = [
        [between(one!, two!), "opened"],
        [withFreshIds(aConversation([a, aParticipant(b.virtualNumber)])), "conflict"],
        [between(one!, two!, { reference: "taken" }), "reference-in-use"],
        [between(one!, two!, { reference: "free" }), "opened"],
        [between(one!, drained!), "conflict"],
        [known, "exists"],
        [aConversation([aParticipant(one!, { number: two! }), aParticipant(two!)]), "conflict"],
        [between(two!, one!), "opened"],
      ];
      const outcomes = await Promise.all(
        wanted.map(([conversation]) => storage.conversations.open(openingOf(conversation))),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(wanted.map(([, kind]) => kind));
      for (const [conversation, kind] of wanted) {
        const stored = await storage.conversations.get(conversation.id);
        expect(stored === null).toBe(kind === "conflict" || kind === "reference-in-use");
      }
    });

    test("fails at once with others only for what one of them has got", async () => {
      const { storage } = store;
      const numbers = await rent(storage, 3);
      const one = fc.nat({ max: 2 });
      const wishes = fc.record({
        a: one,
        b: one,
        toA: one,
        toB: one,
        reference: fc.option(fc.constantFrom("x", "y")),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(wishes, { minLength: 2, maxLength: 12 }), async (all) => {
          const [left, right] = [0, 1].map(() => [freshNumber(), freshNumber(), freshNumber()]);
          const suffix = freshId();
          const conversations = all.map(({ a, b, toA, toB, reference }) =>
            aConversation(
              [
                aParticipant(numbers[toB]!, { number: left![a]! }),
                aParticipant(numbers[toA]!, { number: right![b]! }),
              ],
              { reference: reference && `${reference} ${suffix}` },
            ),
          );
          const outcomes = await Promise.all(
            conversations.map((each) => storage.conversations.open(openingOf(each))),
          );
          const opened = conversations.filter((_, place) => outcomes[place]!.kind === "opened");
          const pairs = opened.flatMap(pairsOf);
          expect(new Set(pairs).size).toBe(pairs.length);
          for (const [place, conversation] of conversations.entries()) {
            const { kind } = outcomes[place]!;
            if (kind === "conflict") {
              expect(pairsOf(conversation).some((pair) => pairs.includes(pair))).toBe(true);
            } else if (kind === "reference-in-use") {
              expect(opened.some(({ reference }) => reference === conversation.reference)).toBe(true);
            } else expect(kind).toBe("opened");
            const stored = await storage.conversations.get(conversation.id);
            expect(stored).toEqual(kind === "opened" ? conversation : null);
          }
        }),
        { numRuns: 40 },
      );
    });

    test("may join both people through one and the same number", async () => {
      const { storage } = store;
      const [number] = await rent(storage);
      const people: Participants = [aParticipant(number!), aParticipant(number!)];
      expect(await storage.conversations.open(openingOf(aConversation(people)))).toEqual({ kind: "opened" });
    });
  });

  describe("a pair", () => {
    test("that is live gets no other meaning, and an opening that needs one leaves no trace", async () => {
      const { storage } = store;
      const { a, b, ab } = await openFixture(storage);
      const c = aParticipant(b.virtualNumber);
      for (const people of [
        [a, c],
        [c, a],
        [a, b],
      ] as const) {
        const conversation = withFreshIds(aConversation(people));
        expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "conflict" });
        expect(await storage.conversations.get(conversation.id)).toBeNull();
      }
      expect(await routeOf(storage, ab)).toEqual(ab);
      expect(await routeOf(storage, { sender: c.number, virtualNumber: a.virtualNumber })).toBeNull();
    });

    test("in quarantine is for the same two people only, and afterwards for anybody", async () => {
      const { storage } = store;
      const { conversation, a, b, ab } = await openFixture(storage);
      const until = NOON + DAY;
      await close(storage, conversation, { at: NOON + SECOND, quarantinedUntil: until });
      const stranger = aConversation([a, aParticipant(b.virtualNumber)], { openedAt: until - 1 });
      expect(await storage.conversations.open(openingOf(withFreshIds(stranger)))).toEqual({
        kind: "conflict",
      });

      const same = withFreshIds(aConversation([a, b], { openedAt: NOON + 2 * SECOND }));
      expect(await storage.conversations.open(openingOf(same))).toEqual({ kind: "opened" });
      expect(await routeOf(storage, ab)).toMatchObject({ conversationId: same.id, closedAt: null });
      await close(storage, same, { at: NOON + 3 * SECOND, quarantinedUntil: until });

      const later = withFreshIds({ ...stranger, openedAt: until });
      expect(await storage.conversations.open(openingOf(later))).toEqual({ kind: "opened" });
      expect(await routeOf(storage, ab)).toMatchObject({ conversationId: later.id });
    });

    test("means one thing, also when it is closed and opened at the same time", async () => {
      const { storage } = store;
      for (let round = 0; round < 10; round += 1) {
        const { conversation, a, b, ab, ba } = await openFixture(storage);
        const same = withFreshIds(aConversation([a, b], { openedAt: NOON + 2 * SECOND }));
        const other = withFreshIds(
          aConversation([a, aParticipant(b.virtualNumber)], { openedAt: NOON + 2 * SECOND }),
        );
        const [closed, again, stranger] = await Promise.all([
          close(storage, conversation, { at: NOON + SECOND }),
          storage.conversations.open(openingOf(same)),
          storage.conversations.open(openingOf(other)),
        ]);
        expect(closed?.closedAt).toBe(NOON + SECOND);
        expect(stranger).toEqual({ kind: "conflict" });
        const expected =
          again.kind === "opened"
            ? { conversationId: same.id, closedAt: null }
            : { conversationId: conversation.id, closedAt: NOON + SECOND };
        expect(await routeOf(storage, ab)).toMatchObject(expected);
        expect(await routeOf(storage, ba)).toMatchObject(expected);
      }
    });
  });

  describe("the facts for an opening", () => {
    test("name the active numbers that can carry SMS, with their live routes", async () => {
      const { storage } = store;
      const { a, b } = await openFixture(storage);
      const [free, drained] = await rent(storage, 2);
      await storage.numbers.drain(drained!);
      await storage.numbers.add(aNumber(freshNumber(), { features: ["VOICE"] }));
      const us = aNumber(freshNumber(), { country: "US", features: ["VOICE", "SMS"] });
      await storage.numbers.add(us);
      const { numbers } = await storage.conversations.openingFacts(
        DEFAULT_SERVICE_ID,
        [freshNumber(), freshNumber()],
        true,
      );
      expect(numbers.map(({ number }) => number).toSorted()).toEqual(
        [a.virtualNumber, b.virtualNumber, free!, us.number].toSorted(),
      );
      const byNumber = new Map(numbers.map((each) => [each.number, each]));
      expect(byNumber.get(us.number)?.country).toBe("US");
      expect(byNumber.get(b.virtualNumber)?.country).toBe("GB");
    });

    test("tell of each pair what it was last used for, seen from the two who are to talk", async () => {
      const { storage } = store;
      const { conversation, a, b } = await openFixture(storage);
      const [number] = await rent(storage);
      const c = aParticipant(number!);
      await storage.conversations.open(
        openingOf(withFreshIds(aConversation([{ ...a, virtualNumber: number! }, c], { openedAt: NOON + 5 }))),
      );
      await close(storage, conversation, { at: NOON + 9, quarantinedUntil: FAR_OFF });
      const { people, blocked } = await storage.conversations.openingFacts(
        DEFAULT_SERVICE_ID,
        [a.number, b.number],
        true,
      );
      expect(blocked).toBe(false);
      const used = { closedAt: NOON + 9, quarantinedUntil: FAR_OFF, openedAt: NOON };
      const live = { closedAt: null, quarantinedUntil: null, openedAt: NOON + 5 };
      expect(people[0].pairs).toHaveLength(2);
      expect(people[0].pairs).toContainEqual({
        virtualNumber: b.virtualNumber,
        counterpart: "same",
        ...used,
      });
      expect(people[0].pairs).toContainEqual({ virtualNumber: number, counterpart: "other", ...live });
      expect(people[1].pairs).toEqual([{ virtualNumber: a.virtualNumber, counterpart: "same", ...used }]);

      const back = await storage.conversations.openingFacts(DEFAULT_SERVICE_ID, [c.number, a.number], true);
      expect(back.people[0].pairs).toMatchObject([{ virtualNumber: number, counterpart: "same" }]);
      expect(back.people[1].pairs).toHaveLength(2);
    });

    test("take nobody for the same person who met long ago and has not texted since, or whose other one has not", async () => {
      const { storage } = store;
      const writer = await joinDispatch(storage);
      const { conversation, a, b, ab, ba } = await openFixture(storage);
      await close(storage, conversation, { at: NOON + 9, quarantinedUntil: FAR_OFF });
      const known = async (aliveSince?: number) => {
        const { people } = await storage.conversations.openingFacts(
          ...([DEFAULT_SERVICE_ID, [a.number, b.number], true, aliveSince] as const),
        );
        return people.map(({ pairs }) => pairs.map(({ counterpart }) => counterpart));
      };
      const same = [["same"], ["same"]];
      const other = [["other"], ["other"]];
      expect(await known()).toEqual(same);
      expect(await known(NOON - 1)).toEqual(same);
      expect(await known(NOON)).toEqual(other);
      const texts = (route: Route, receivedAt: number) =>
        commit(storage, writer, {
          inbound: [
            {
              ...{ inbound: anInboundOn(route, { receivedAt }), serviceId: DEFAULT_SERVICE_ID, joins: [] },
              routeVersion: route.version,
              decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "closed" }, route },
            },
          ],
        });
      const [fromA, fromB] = await Promise.all([ab, ba].map((pair) => routeOf(storage, pair)));
      await texts(fromA!, NOON + 50);
      expect(await known(NOON)).toEqual(other);
      await texts(fromB!, NOON + 40);
      expect(await known(NOON + 39)).toEqual(same);
      expect(await known(NOON + 40)).toEqual(other);
    });

    test("tell a number of ours, and who wants no texts", async () => {
      const { storage } = store;
      const [ours] = await rent(storage);
      await storage.numbers.drain(ours!);
      const quiet = freshNumber();
      await storage.optOuts.put(DEFAULT_SERVICE_ID, quiet, NOON);
      const { people } = await storage.conversations.openingFacts(DEFAULT_SERVICE_ID, [ours!, quiet], true);
      expect(people).toEqual([
        { pairs: [], optedOut: false, virtual: true },
        { pairs: [], optedOut: true, virtual: false },
      ]);
    });
  });

  test("50 conversations opened at once for one participant get 50 numbers of a pool of 50", async () => {
    const { storage } = store;
    await rent(storage, 50);
    const host = freshNumber();
    const opened = await Promise.all(
      Array.from({ length: 50 }, () => openByChoice(storage, host, freshNumber())),
    );
    expect(new Set(opened.map(({ participants }) => participants[1].virtualNumber)).size).toBe(50);
    for (const { id, participants } of opened) {
      const route = await routeOf(storage, { sender: host, virtualNumber: participants[1].virtualNumber });
      expect(route).toMatchObject({ conversationId: id, recipient: participants[1].number });
      const back = await routeOf(storage, {
        sender: participants[1].number,
        virtualNumber: participants[0].virtualNumber,
      });
      expect(back).toMatchObject({
        conversationId: id,
        recipient: host,
        source: participants[1].virtualNumber,
      });
    }
  });
};

/** Opens the way the use case does: choose, try, choose again. */
const openByChoice = async (storage: Storage, host: Msisdn, guest: Msisdn): Promise<Conversation> => {
  for (let choice = 0; choice < CHOICES_MAX; choice += 1) {
    const { numbers, people } = await storage.conversations.openingFacts(
      DEFAULT_SERVICE_ID,
      [host, guest],
      choice > 0,
    );
    const [forHost, forGuest] = people.map(({ pairs }) =>
      chooseNumber({
        participant: { country: "GB", areaPrefix: "44770" },
        numbers,
        pairs,
        geoMatch: "country",
        sticky: true,
        now: NOON,
      }),
    );
    if (!forHost || !forGuest) continue;
    const conversation = aConversation([
      aParticipant(forGuest, { number: host }),
      aParticipant(forHost, { number: guest }),
    ]);
    const { kind } = await storage.conversations.open(openingOf(conversation));
    if (kind === "opened") return conversation;
    expect(kind).toBe("conflict");
  }
  throw new Error("No choice was good enough");
};

/** Who texts what, both ways. */
const pairsOf = ({ participants: [a, b] }: Conversation): readonly string[] => [
  `${a.number} ${b.virtualNumber}`,
  `${b.number} ${a.virtualNumber}`,
];

const withFreshIds = (conversation: Conversation): Conversation => {
  const [a, b] = conversation.participants;
  return {
    ...conversation,
    id: freshId(),
    participants: [
      { ...a, id: freshId() },
      { ...b, id: freshId() },
    ],
  };
};

const close = (
  storage: Storage,
  { id }: Conversation,
  { at = NOON + SECOND, quarantinedUntil = FAR_OFF } = {},
): Promise<Conversation | null> =>
  storage.conversations.close({ id, reason: "requested", at, quarantinedUntil, unlessTextedAfter: null });

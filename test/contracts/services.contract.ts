import { describe, expect, test } from "vitest";
import type { Pair } from "#core/domain/pair.ts";
import { OPTED_OUT } from "#core/domain/receipt.ts";
import { DEFAULT_SERVICE_ID, type Service } from "#core/domain/service.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  aBatch,
  aConversation,
  aNumber,
  anInbound,
  aParticipant,
  freshId,
  freshNumber,
  LONG_AGO,
  NOON,
  openingOf,
} from "#test/support/traffic-builders.ts";
import { type CreateStorage, holdText, joinDispatch, openFixture, storageOf } from "./storage-fixture.ts";

let slugs = 0;

/** A service with two numbers. */
const addService = async (storage: Storage) => {
  slugs += 1;
  const service = await storage.services.add({
    ...{ id: freshId(), slug: `brand-${slugs}`, name: "Brand", rules: { language: "de" }, at: NOON },
  });
  if (typeof service === "string") throw new Error(service);
  const numbers = [freshNumber(), freshNumber()] as const;
  for (const number of numbers) await storage.numbers.add(aNumber(number, { serviceId: service.id }));
  return { service, numbers };
};

/** What `Services` promises, and that nothing crosses from one to another, whatever they are stored in. */
export const servicesContract = (name: string, create: CreateStorage): void => {
  describe(`the services of ${name}`, () => {
    const store = storageOf(create);

    test("begin with the default one, which stays", async () => {
      const { services } = store.storage;
      const service = await services.get(DEFAULT_SERVICE_ID);
      expect(service).toMatchObject({ slug: "default", name: null, rules: {}, version: 1 });
      expect(await services.current()).toEqual(new Map([[DEFAULT_SERVICE_ID, service]]));
      expect(await services.remove(DEFAULT_SERVICE_ID)).toBe("in-use");
    });

    test("are added once, under a slug that nobody else has", async () => {
      const { services } = store.storage;
      const wanted = { id: freshId(), slug: "rides", name: "Rides", rules: { ttlMs: null }, at: NOON };
      const service: Service = {
        ...{ id: wanted.id, slug: "rides", name: "Rides", rules: { ttlMs: null } },
        ...{ version: 1, createdAt: NOON },
      };
      expect(await services.add(wanted)).toEqual(service);
      expect(await services.add(wanted)).toEqual(service);
      expect(await services.add({ ...wanted, id: freshId() })).toBe("slug-in-use");
      expect((await services.current()).get(wanted.id)).toEqual(service);
    });

    test("change field by field, and only as the version that was meant", async () => {
      const { services } = store.storage;
      const { service } = await addService(store.storage);
      const renamed = await services.change(service.id, { name: null, versions: [1] });
      expect(renamed).toEqual({ ...service, name: null, version: 2 });
      expect(await services.change(service.id, { name: "Late", versions: [1] })).toBe("version-mismatch");
      const ruled = await services.change(service.id, { rules: { sticky: false } });
      expect(ruled).toEqual({ ...service, name: null, rules: { sticky: false }, version: 3 });
      expect(await services.get(service.id)).toEqual(ruled);
      expect((await services.current()).get(service.id)).toEqual(ruled);
      expect(await services.change(freshId(), { name: "Nobody" })).toBeNull();
    });

    test("keep the secrets of their hooks, until the rules name no hook", async () => {
      const { services } = store.storage;
      const { service } = await addService(store.storage);
      const address = { url: "https://app.example/hook", secret: "whsec_c2VjcmV0" };
      const rules = { beforeRelay: { ...address, timeoutMs: 2_000, onSilence: "relay" as const } };
      expect(await services.change(service.id, { rules })).toMatchObject({ rules });
      expect(await services.change(service.id, { name: "Same" })).toMatchObject({ rules });
      expect((await store.another().services.current()).get(service.id)).toMatchObject({ rules });
      const added = await services.add({
        ...{ id: freshId(), slug: `${service.slug}-too`, name: null, rules, at: NOON },
      });
      expect(added).toMatchObject({ rules });
      expect(await services.change(service.id, { rules: {} })).toMatchObject({ rules: {} });
      const later = { beforeRelay: { ...rules.beforeRelay, secret: null } };
      expect(await services.change(service.id, { rules: later })).toMatchObject({ rules: later });
    });

    test("are known to another process within their age", async () => {
      const other = store.another();
      await other.services.current();
      const { service } = await addService(store.storage);
      await expect
        .poll(async () => (await other.services.current()).get(service.id), { timeout: 5_000 })
        .toEqual(service);
    });

    test("go only without numbers", async () => {
      const { services, numbers } = store.storage;
      const { service, numbers: own } = await addService(store.storage);
      expect(await services.remove(service.id)).toBe("in-use");
      for (const number of own) await numbers.remove(number, NOON);
      expect(await services.remove(service.id)).toBe("removed");
      expect(await services.remove(service.id)).toBe("unknown");
      expect(await services.get(service.id)).toBeNull();
    });

    test("have numbers of their own, which nobody else can use", async () => {
      const { storage } = store;
      const [a, b] = [await addService(storage), await addService(storage)];
      const people = [freshNumber(), freshNumber()] as const;
      const facts = await storage.conversations.openingFacts(a.service.id, people, true);
      expect(facts.numbers.map(({ number }) => number).toSorted()).toEqual(a.numbers.toSorted());
      const listed = await storage.numbers.list(b.service.id, { limit: 50, after: null });
      expect(listed.items.map(({ number }) => number)).toEqual(b.numbers.toSorted());
      expect(await storage.numbers.ownAmong([...a.numbers, ...b.numbers])).toEqual(
        new Map([
          ...a.numbers.map((number) => [number, a.service.id] as const),
          ...b.numbers.map((number) => [number, b.service.id] as const),
        ]),
      );
      const stolen = aConversation([aParticipant(a.numbers[0]), aParticipant(b.numbers[0])], {
        serviceId: a.service.id,
      });
      expect(await storage.conversations.open(openingOf(stolen))).toEqual({ kind: "conflict" });
    });

    test("have references and lists of their own", async () => {
      const { storage } = store;
      const both = [await addService(storage), await addService(storage)];
      for (const { service, numbers } of both) {
        const conversation = aConversation([aParticipant(numbers[0]), aParticipant(numbers[1])], {
          ...{ serviceId: service.id, reference: "ride 7" },
        });
        expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "opened" });
        const again = aConversation([aParticipant(numbers[0]), aParticipant(numbers[1])], {
          ...{ serviceId: service.id, reference: "ride 7" },
        });
        expect(await storage.conversations.open(openingOf(again))).toEqual({ kind: "reference-in-use" });
        const filter = { serviceId: service.id, state: null, participant: null, reference: "ride 7" };
        const { items } = await storage.conversations.list(filter, { limit: 9, after: null });
        expect(items.map(({ id, serviceId }) => ({ id, serviceId }))).toEqual([
          { id: conversation.id, serviceId: service.id },
        ]);
      }
    });

    test("are left by a STOP one by one, by STOP ALL all at once, and entered again one by one", async () => {
      const { storage } = store;
      const [a, b] = [(await addService(storage)).service.id, (await addService(storage)).service.id];
      const [person, other] = [freshNumber(), freshNumber()] as const;
      const optedOut = async () => {
        const shown: Record<string, boolean> = {};
        for (const [label, id] of [
          ["a", a],
          ["b", b],
        ] as const) {
          const facts = await storage.conversations.openingFacts(id, [person, other]);
          expect((await storage.optOuts.get(id, person)) !== null).toBe(facts.people[0].optedOut);
          shown[label] = facts.people[0].optedOut;
        }
        return shown;
      };
      await storage.optOuts.put(a, person, NOON);
      expect(await optedOut()).toEqual({ a: true, b: false });
      await storage.optOuts.remove(a, person, NOON + 1);
      expect(await optedOut()).toEqual({ a: false, b: false });
      await stopAll(storage, a, person);
      expect(await optedOut()).toEqual({ a: true, b: true });
      await storage.optOuts.remove(b, person, NOON + 3);
      expect(await optedOut()).toEqual({ a: true, b: false });
      await storage.optOuts.put(b, person, NOON + 4);
      expect(await optedOut()).toEqual({ a: true, b: true });
      await storage.optOuts.remove(b, person, NOON + 5);
      await stopAll(storage, a, person);
      expect(await optedOut()).toEqual({ a: true, b: true });
      await storage.optOuts.remove(a, person, NOON + 6);
      expect(await optedOut()).toEqual({ a: false, b: false });
    });

    test("keep a STOP ALL of another service, whatever the carrier says of the person after it", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const { ab, b } = await openFixture(storage);
      const elsewhere = (await addService(storage)).service.id;
      const { id } = await holdText(storage, me, ab);
      await stopAll(storage, elsewhere, b.number);
      await storage.traffic.commit(
        aBatch(me, { outcomes: [{ messageId: id, state: "failed", failure: OPTED_OUT, at: NOON + 1 }] }),
      );
      const optOut = await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number);
      expect(optOut).toMatchObject({ source: "text", scope: "all" });
    });

    test("bar live routes by what was said in them alone", async () => {
      const { storage } = store;
      const people = [freshNumber(), freshNumber()] as const;
      const pairs: Pair[] = [];
      const both = [await addService(storage), await addService(storage)];
      for (const { service, numbers } of both) {
        const participants = [
          aParticipant(numbers[0], { number: people[0] }),
          aParticipant(numbers[1], { number: people[1] }),
        ] as const;
        const conversation = aConversation(participants, { serviceId: service.id });
        await storage.conversations.open(openingOf(conversation));
        pairs.push({ sender: people[0], virtualNumber: numbers[1] });
      }
      const blocks = async () =>
        (await storage.traffic.routes(pairs)).map((route) =>
          route === null || route === "unreadable" ? route : route.blockedBy,
        );
      expect(await blocks()).toEqual([null, null]);
      await storage.optOuts.put(both[0]!.service.id, people[1], NOON);
      expect(await blocks()).toEqual(["opt-out", null]);
      await storage.optOuts.remove(both[0]!.service.id, people[1], NOON);
      const [route] = await storage.traffic.routes([
        { sender: people[1], virtualNumber: both[1]!.numbers[0] },
      ]);
      if (!route || route === "unreadable") throw new Error("A route is missing");
      await command(storage, both[1]!.service.id, {
        ...{ from: people[1], to: both[1]!.numbers[0], word: "block", kind: "block", route },
      });
      expect(await blocks()).toEqual([null, "pair-block"]);
      const facts = await storage.conversations.openingFacts(both[0]!.service.id, people);
      expect(facts.blocked).toBe(false);
      const there = await storage.conversations.openingFacts(both[1]!.service.id, people);
      expect(there.blocked).toBe(true);
    });

    test("keep the texts of strangers to their numbers", async () => {
      const { storage } = store;
      const [a, b] = [await addService(storage), await addService(storage)];
      const stranger = freshNumber();
      const inbound = anInbound(stranger, a.numbers[0]);
      const dispatcher = await joinDispatch(storage);
      await storage.traffic.commit(
        aBatch(dispatcher, {
          inbound: [
            {
              ...{ inbound, serviceId: a.service.id, routeVersion: null, joins: [] },
              decision: {
                ...{ kind: "refuse", route: null },
                refusal: { kind: "unroutable", reason: "stranger" },
              },
            },
          ],
        }),
      );
      expect(await storage.conversations.message(inbound.id)).toMatchObject({ serviceId: a.service.id });
      const found = async (serviceId: string | null) =>
        (
          await storage.conversations.searchMessages(
            { ...{ serviceId, number: stranger, state: null }, from: LONG_AGO, until: NOON + 1 },
            { limit: 9, after: null },
          )
        ).items.length;
      expect([await found(null), await found(a.service.id), await found(b.service.id)]).toEqual([1, 1, 0]);
    });
  });
};

const stopAll = (storage: Storage, serviceId: string, from: ReturnType<typeof freshNumber>) =>
  command(storage, serviceId, { from, to: freshNumber(), word: "stopall", kind: "stop", route: null });

type Said = Pick<ReturnType<typeof anInbound>, "from" | "to"> & {
  readonly word: string;
  readonly kind: "stop" | "block";
  readonly route: Extract<Awaited<ReturnType<Storage["traffic"]["routes"]>>[number], object> | null;
};

const command = async (storage: Storage, serviceId: string, { from, to, word, kind, route }: Said) => {
  const outcome = await storage.traffic.commit(
    aBatch(await joinDispatch(storage), {
      inbound: [
        {
          ...{ inbound: anInbound(from, to, { text: word }), serviceId, joins: [] },
          routeVersion: route?.version ?? null,
          decision: { kind: "command", command: { kind, word, scope: "all" }, route, autoReply: null },
        },
      ],
    }),
  );
  expect(outcome).toMatchObject({ inbound: ["stored"] });
};

import { describe, expect, test } from "vitest";
import { ed25519Signer, ed25519Verifier } from "#adapters/node/ed25519.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { certificateOf, certificateText, completedFact } from "#core/domain/privacy/erasure.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Certify } from "#core/ports/erasures.ts";
import type { NewHold } from "#core/ports/holds.ts";
import type { Storage } from "#core/ports/storage.ts";
import { exportPerson } from "#core/use-cases/export-person.ts";
import { DAY, freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { live } from "./personal-story.ts";
import { type CreateStorage, openFixture, storageOf } from "./storage-fixture.ts";

const PAGE = { limit: 50, after: null };
export const signer = ed25519Signer(new Uint8Array(32).fill(3));
/** After the conversation of the story and its quarantine. */
export const LATER = NOON + 3 * DAY;

const certify: Certify = {
  fact: (erasure, result) => completedFact(erasure, result, LATER),
  certificate: (erasure, result, entry) => {
    const unsigned = certificateOf(erasure, result, entry, { tool: "a test", keyId: signer.keyId });
    return { ...unsigned, signature: signer.sign(certificateText(unsigned)) };
  },
};

export const erase = async (storage: Storage, number: Msisdn, at = LATER) => {
  const id = freshId();
  const person = await storage.audit.personDigest(number);
  const asked = { id, person, requestedBy: "shop", requestId: "a request", requestedAt: NOON };
  await storage.erasures.begin(asked, number);
  return (await storage.erasures.carryOut(id, at, certify))!;
};

/** What `Erasures` and `Holds` promise, whatever they are kept in. */
export const privacyContract = (name: string, create: CreateStorage): void => {
  const store = storageOf(create);
  const textsOf = async (id: string) => (await store.storage.conversations.messages(id, PAGE)).items;
  const hold = (change: Partial<NewHold> & Pick<NewHold, "conversationId" | "number">) =>
    store.storage.holds.place({
      ...{ id: freshId(), reason: "a court", placedBy: "ops", placedAt: NOON, until: LATER + DAY },
      ...change,
    } as NewHold);

  describe(`an erasure of ${name}`, () => {
    test("leaves nothing that leads to the person, and the other's words to the other", async () => {
      const { storage } = store;
      const { conversation, a, b } = await live(storage);
      const texts = await textsOf(conversation.id);
      const erasure = await erase(storage, a.number);
      expect(erasure).toMatchObject({
        state: "completed",
        certificate: { remaining: 0, requestedBy: "shop" },
      });
      const left = (await storage.conversations.get(conversation.id))!;
      const [gone, stays] = left.participants;
      expect(gone).toMatchObject({ id: a.id, number: "", name: null });
      expect(stays).toEqual(b);
      expect(left).toMatchObject({ reference: null, metadata: {}, closeReason: null });
      const filter = { serviceId: null, state: null, participant: a.number, reference: null };
      expect((await storage.conversations.list(filter, PAGE)).items).toEqual([]);
      const own = texts.filter(({ senderId }) => senderId === a.id);
      const after = new Map((await textsOf(conversation.id)).map((each) => [each.id, each]));
      expect(own.length).toBeGreaterThan(0);
      for (const { id, state } of own) expect(after.get(id)).toMatchObject({ text: null, state });
      const theirs = texts.filter(({ senderId, finalAt }) => senderId === b.id && finalAt !== null);
      for (const { id, text } of theirs) expect(after.get(id)?.text).toBe(text);
    });

    test("keeps wishes as digests, and the certificate says so, in its place in the audit log", async () => {
      const { storage } = store;
      const { b } = await live(storage);
      const { certificate } = await erase(storage, b.number);
      expect(certificate!.kept).toContainEqual(
        expect.objectContaining({ what: "opt-outs", count: 1, until: null }),
      );
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toMatchObject({ source: "api" });
      const [entry] = await storage.audit.read({
        ...{ after: null, order: "newest-first", limit: 1, subject: certificate!.id, action: null },
      });
      expect(certificate!.audit).toEqual({ position: entry!.position, hash: entry!.hash });
      const { signature, ...unsigned } = certificate!;
      const isSigned = ed25519Verifier([signer.publicKey]);
      expect(isSigned(certificate!.keyId, certificateText(unsigned), signature)).toBe(true);
      const forged = certificateText({ ...unsigned, remaining: 1 });
      expect(isSigned(certificate!.keyId, forged, signature)).toBe(false);
      expect(JSON.stringify(certificate)).not.toContain(b.number);
    });

    test("is answered alike when it is carried out again, and is not unfinished any more", async () => {
      const { storage } = store;
      const { a } = await live(storage);
      const erasure = await erase(storage, a.number);
      expect(await storage.erasures.carryOut(erasure.id, LATER + 1, certify)).toEqual(erasure);
      expect(await storage.erasures.get(erasure.id)).toEqual(erasure);
      expect(await storage.erasures.unfinished(10)).toEqual([]);
      expect(await storage.erasures.carryOut(freshId(), LATER, certify)).toBeNull();
    });

    test("leaves what is on hold as it is, says so, and goes on when that ends", async () => {
      const { storage } = store;
      const { conversation, a } = await live(storage);
      const texts = await textsOf(conversation.id);
      await hold({ conversationId: conversation.id, number: null });
      const erasure = await erase(storage, a.number);
      expect(erasure).toMatchObject({ state: "restricted", certificate: null });
      expect(await textsOf(conversation.id)).toEqual(texts);
      expect((await storage.conversations.get(conversation.id))?.participants[0]).toEqual(a);
      expect(await storage.erasures.unfinished(10)).toMatchObject([{ id: erasure.id, number: a.number }]);
      const done = await storage.erasures.carryOut(erasure.id, LATER + DAY, certify);
      expect(done).toMatchObject({ state: "completed" });
      expect((await storage.conversations.get(conversation.id))?.participants[0]?.number).toBe("");
    });
  });

  describe(`a hold of ${name}`, () => {
    test("that is over is still known once the person is erased, but not what it was for", async () => {
      const { holds } = store.storage;
      const { conversation, a } = await live(store.storage);
      const [ofPerson, ofConversation, ofOther] = [freshId(), freshId(), freshId()];
      const { a: other } = await openFixture(store.storage);
      const until = LATER - SECOND;
      await hold({ id: ofPerson, conversationId: null, number: a.number, until });
      await hold({ id: ofConversation, conversationId: conversation.id, number: null, until });
      await hold({ id: ofOther, conversationId: null, number: other.number, until });
      expect(await erase(store.storage, a.number)).toMatchObject({ state: "completed" });
      for (const id of [ofPerson, ofConversation])
        expect(await holds.get(id)).toMatchObject({ reason: "", placedBy: "ops", until });
      expect(await holds.get(ofOther)).toMatchObject({ reason: "a court" });
    });

    test("keeps the texts of a conversation, or of a person, from retention until it ends", async () => {
      const { conversations } = store.storage;
      const { conversation } = await live(store.storage);
      await hold({ conversationId: conversation.id, number: null });
      const other = await live(store.storage);
      await hold({ conversationId: null, number: other.b.number, until: LATER + 2 * DAY });
      expect(await conversations.eraseTexts(LATER, 10, LATER)).toBe(0);
      expect(await conversations.eraseTexts(LATER, 10, LATER + DAY)).toBe(1);
      expect((await textsOf(conversation.id)).every(({ text }) => text === null)).toBe(true);
      expect(await conversations.eraseTexts(LATER, 10, LATER + 2 * DAY)).toBe(1);
    });

    test("is listed while it holds, and ends once", async () => {
      const { holds, audit } = store.storage;
      const { conversation, a } = await openFixture(store.storage);
      const [first, second] = [freshId(), freshId()];
      expect(await hold({ id: first, conversationId: conversation.id, number: null })).toBe(true);
      expect(await hold({ id: first, conversationId: conversation.id, number: null, reason: "again" })).toBe(
        true,
      );
      await hold({ id: second, conversationId: null, number: a.number, placedAt: NOON + SECOND });
      expect(await hold({ conversationId: freshId(), number: null })).toBe(false);
      const listed = async (activeAt: number | null, page = PAGE) =>
        (await holds.list({ activeAt }, page)).items.map(({ id }) => id);
      expect(await listed(LATER)).toEqual([first, second]);
      expect(await listed(LATER + DAY)).toEqual([]);
      expect(await holds.get(second)).toMatchObject({
        ...{ conversationId: null, person: await audit.personDigest(a.number) },
        ...{ reason: "a court", placedBy: "ops", releasedAt: null },
      });
      const { next } = await holds.list({ activeAt: null }, { limit: 1, after: null });
      expect(await listed(null, { limit: 1, after: next! } as unknown as typeof PAGE)).toEqual([second]);
      expect(await holds.release(first, NOON + SECOND)).toMatchObject({ releasedAt: NOON + SECOND });
      expect(await holds.release(first, NOON + SECOND)).toBeNull();
      expect(await holds.release(second, LATER + DAY)).toBeNull();
      expect(await listed(LATER)).toEqual([second]);
    });
  });

  test(`an export from ${name} has a person's own texts, and neither number nor text of anybody else`, async () => {
    const { storage } = store;
    const { a, b, conversation } = await live(storage);
    const collect = exportPerson({ ...storage, clock: { now: () => LATER } });
    const made = await collect(a.number, null);
    const texts = await textsOf(conversation.id);
    const own = texts.filter(({ senderId }) => senderId === a.id);
    expect(made.texts.map(({ id, text }) => [id, text]).toSorted()).toEqual(
      own.map(({ id, text }) => [id, text]).toSorted(),
    );
    expect(made.texts.every(({ texted }) => texted === b.virtualNumber)).toBe(true);
    expect(made).toMatchObject({ conversations: [{ id: conversation.id }], isCut: false });
    expect(JSON.stringify(made)).not.toContain(b.number);
    expect((await collect(b.number, null)).wishes).toMatchObject([{ kind: "stop", source: "api" }]);
  });
};

/** What `Reports` promise, and what it means that a number has a new owner. */
export const reportsContract = (name: string, create: CreateStorage): void => {
  const store = storageOf(create);

  test(`reports in ${name} are taken once, and keep their conversation for 30 days`, async () => {
    const { storage } = store;
    const { conversation, a, b } = await openFixture(storage);
    const report = {
      ...{ id: freshId(), serviceId: DEFAULT_SERVICE_ID, conversationId: conversation.id, at: NOON },
      ...{ reporterId: a.id, reportedId: b.id },
    };
    const taken = { ...report, eventId: "evt_1" };
    expect(await storage.reports.cursor()).toBeNull();
    const both = [storage, store.another()].map(({ reports }) => reports.take(null, [taken], "c1"));
    expect((await Promise.all(both)).toSorted()).toEqual([false, true]);
    expect(await storage.reports.take("c1", [{ ...taken, id: freshId() }], "c2")).toBe(true);
    expect(await storage.reports.cursor()).toBe("c2");
    expect((await storage.reports.list(null, PAGE)).items).toEqual([report]);
    expect((await storage.reports.list(freshId(), PAGE)).items).toEqual([]);
    expect(await storage.holds.get(report.id)).toMatchObject({
      ...{ conversationId: conversation.id, placedBy: "system", until: NOON + 30 * DAY },
    });
    const query = { after: null, order: "oldest-first" as const, limit: 10, subject: null };
    expect(await storage.audit.read({ ...query, action: "hold.place" })).toHaveLength(1);
  });

  test(`a number with a new owner is nobody's old acquaintance in ${name}`, async () => {
    const { storage } = store;
    const { conversations } = storage;
    const { conversation, a, b } = await openFixture(storage);
    const other = await openFixture(storage);
    const quarantine = {
      at: NOON + SECOND,
      quarantinedUntil: NOON + DAY,
      reason: "over",
      unlessTextedAfter: null,
    };
    for (const { id } of [conversation, other.conversation]) await conversations.close({ id, ...quarantine });
    const acquaintance = async (one: Msisdn, two: Msisdn) =>
      (await conversations.openingFacts(DEFAULT_SERVICE_ID, [one, two], true)).people.map(({ pairs }) =>
        pairs.map(({ counterpart, quarantinedUntil }) => [counterpart, quarantinedUntil]),
      );
    const same = [["same", NOON + DAY]];
    const strange = [["other", NOON + DAY]];
    expect(await acquaintance(a.number, b.number)).toEqual([same, same]);
    await conversations.unlinkPairs(a.number);
    expect(await acquaintance(a.number, b.number)).toEqual([strange, strange]);
    expect(await acquaintance(other.a.number, other.b.number)).toEqual([same, same]);
  });
};

import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AuditFact, CHAIN_START, type Sha256 } from "#core/domain/audit/entry.ts";
import type { AuditQuery } from "#core/ports/audit-log.ts";
import { verifyAudit } from "#core/use-cases/verify-audit.ts";
import { freshNumber, NOON } from "#test/support/traffic-builders.ts";
import { allOf } from "./events.contract.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

export const sha256: Sha256 = (text) => hash("sha256", text, "hex");

export const aFact = (change: Partial<AuditFact> = {}): AuditFact => ({
  ...{ at: NOON, actor: "shop", via: "api", requestId: null, action: "conversation.close" },
  ...{ subjects: ["cnv_01h455vb4pex5vsknk084sn02q"], data: { step: "asked" } },
  ...change,
});

const ALL: AuditQuery = { after: null, order: "oldest-first", limit: 1_000, subject: null, action: null };

/** What `AuditLog` promises, whatever it is kept in. */
export const auditLogContract = (name: string, create: CreateStorage): void => {
  describe(`the audit log of ${name}`, () => {
    const store = storageOf(create);
    const verified = () =>
      verifyAudit({ audit: store.storage.audit }, { sha256, isSigned: () => true })().then(
        ({ broken }) => broken,
      );

    test("is one chain, whoever adds to it at the same time", async () => {
      const { audit } = store.storage;
      expect(await audit.end()).toEqual(CHAIN_START);
      const logs = [audit, store.another().audit];
      await Promise.all(
        Array.from({ length: 8 }, (_, i) => logs[i % 2]!.append([aFact(), aFact({ actor: `actor ${i}` })])),
      );
      const entries = await audit.read(ALL);
      expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
      expect(await audit.end()).toMatchObject({ position: 16, hash: entries.at(-1)!.hash });
      expect(await verified()).toBeNull();
    });

    test("gives back what was told, whatever it is, to whom asks for all, a subject or an action", async () => {
      const { audit } = store.storage;
      const word = fc.string({ maxLength: 20 }).map((text) => text.replaceAll("\0", ""));
      const facts = fc.sample(
        fc.record({
          ...{ at: fc.nat(), actor: word, via: fc.constantFrom("api" as const, "console" as const) },
          ...{ requestId: fc.option(word), action: fc.constantFrom("a.b", "c.d") },
          ...{ subjects: fc.array(fc.constantFrom("cnv_1", "par_2", "link:smpp-1")) },
          data: fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null))),
        }),
        { numRuns: 20, seed: 7 },
      );
      await audit.append(facts);
      const told = await audit.read(ALL);
      expect(told.map(({ position: _, hash: __, ...fact }) => fact)).toEqual(facts);
      expect(await verified()).toBeNull();
      const of = (change: Partial<AuditQuery>) => audit.read({ ...ALL, ...change });
      expect(await of({ subject: "par_2" })).toEqual(
        told.filter(({ subjects }) => subjects.includes("par_2")),
      );
      expect(await of({ action: "c.d" })).toEqual(told.filter(({ action }) => action === "c.d"));
      expect(await of({ order: "newest-first", after: 5, limit: 2 })).toEqual([told[3], told[2]]);
      expect(await of({ after: 5, limit: 2 })).toEqual([told[5], told[6]]);
    });

    test("keeps a head of each entry once, and tells of it", async () => {
      const { audit, events } = store.storage;
      const [entry] = await audit.append([aFact()]);
      const head = { position: 1, hash: entry!.hash, at: NOON, keyId: "0123456789abcdef", signature: "c2ln" };
      expect(await audit.keepHead({ ...head, position: 2 })).toBe(false);
      expect(await audit.keepHead(head)).toBe(true);
      expect(await audit.keepHead({ ...head, at: NOON + 1 })).toBe(false);
      expect(await audit.heads(0, 10)).toEqual([head]);
      expect(await audit.lastHead()).toEqual(head);
      expect(await audit.heads(1, 10)).toEqual([]);
      const told = await allOf(events, { types: ["audit.head"] });
      expect(told).toMatchObject([{ at: NOON, data: { position: 1, hash: entry!.hash, signature: "c2ln" } }]);
    });

    test("names a person alike however the number is written, and a stranger otherwise", async () => {
      const { audit } = store.storage;
      const [number, other] = [freshNumber(), freshNumber()];
      const digest = await audit.personDigest(number);
      expect(digest).toMatch(/^[0-9a-f]{32}$/);
      expect(await store.another().audit.personDigest(number)).toBe(digest);
      expect(await audit.personDigest(other)).not.toBe(digest);
      expect(digest).not.toContain(number);
    });
  });
};

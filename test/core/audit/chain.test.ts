import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ed25519Signer, ed25519Verifier } from "#adapters/node/ed25519.ts";
import { type Canonical, canonicalJson } from "#core/domain/audit/canonical-json.ts";
import { type AuditEntry, CHAIN_START, chainOn, type Sha256 } from "#core/domain/audit/entry.ts";
import { headText } from "#core/domain/audit/head.ts";
import { checkChain } from "#core/domain/audit/verify-chain.ts";
import { recordAudit } from "#core/use-cases/record-audit.ts";

const sha256: Sha256 = (text) => hash("sha256", text, "hex");
const signer = ed25519Signer(new Uint8Array(32).fill(7));
const verification = { sha256, isSigned: ed25519Verifier([signer.publicKey]) };

const json: fc.Arbitrary<Canonical> = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
})).value;

const fact = fc.record({
  ...{ at: fc.nat(), actor: fc.string(), via: fc.constant("api" as const), requestId: fc.option(fc.uuid()) },
  ...{
    action: fc.string(),
    subjects: fc.array(fc.string(), { maxLength: 3 }),
    data: fc.dictionary(fc.string(), json),
  },
});
const facts = fc.array(fact, { minLength: 1, maxLength: 6 });

const brokenAt = (entries: readonly AuditEntry[]): number | null =>
  checkChain(verification).follow(entries, [])?.position ?? null;

describe("canonical JSON", () => {
  test("says what JSON says, and is the same however an object was put together", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        const turned = JSON.parse(JSON.stringify(value), (_, inside) =>
          inside !== null && typeof inside === "object" && !Array.isArray(inside)
            ? Object.fromEntries(Object.entries(inside).reverse())
            : inside,
        );
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
      }),
    );
  });
  test("sorts by UTF-16, and takes no fraction", () => {
    expect(canonicalJson({ b: [1, null], a: "ü", A: true })).toBe('{"A":true,"a":"ü","b":[1,null]}');
    expect(() => canonicalJson(0.5)).toThrow();
  });
});

describe("a chain", () => {
  test("is whole as it was made, in one go or several", () => {
    fc.assert(
      fc.property(facts, facts, (first, second) => {
        const begun = chainOn(CHAIN_START, first, sha256);
        const entries = [...begun, ...chainOn(begun.at(-1)!, second, sha256)];
        expect(entries).toEqual(chainOn(CHAIN_START, [...first, ...second], sha256));
        expect(brokenAt(entries)).toBeNull();
      }),
    );
  });

  test("shows the first entry that was changed, left out or put in", () => {
    fc.assert(
      fc.property(facts, fc.nat(), fact, (all, place, other) => {
        const entries = chainOn(CHAIN_START, all, sha256);
        const i = place % entries.length;
        const changed = { ...entries[i]!, actor: `${entries[i]!.actor}!` };
        expect(brokenAt(entries.with(i, changed))).toBe(i + 1);
        if (i < entries.length - 1) expect(brokenAt(entries.toSpliced(i, 1))).toBe(i + 1);
        expect(brokenAt(entries.toSpliced(i, 0, { ...other, position: i + 1, hash: sha256("") }))).toBe(
          i + 1,
        );
      }),
    );
  });

  test("that was written anew is found out by a head that was kept elsewhere", () => {
    const facts = [1, 2, 3].map((at) => ({
      ...{ at, actor: "shop", via: "api" as const, requestId: null, action: "a.b", subjects: [], data: {} },
    }));
    const before = chainOn(CHAIN_START, facts, sha256);
    const named = { position: 2, hash: before[1]!.hash, at: 5 };
    const head = { ...named, keyId: signer.keyId, signature: signer.sign(headText(named)) };
    const check = checkChain(verification);
    expect(check.follow(before, [head])).toBeNull();
    expect(check.heads()).toEqual({ verified: 1, unsigned: 0 });
    const anew = chainOn(CHAIN_START, [{ ...facts[0]!, actor: "nobody" }, ...facts.slice(1)], sha256);
    expect(checkChain(verification).follow(anew, [head])?.position).toBe(2);
    const forged = { ...head, hash: anew[1]!.hash };
    expect(checkChain(verification).follow(anew, [forged])?.detail).toContain("signature");
  });
});

test("facts that come while others are written are written together, in their order, and what fails is told", async () => {
  const batches: number[] = [];
  let end = CHAIN_START;
  let isAway = false;
  const append = async (all: Parameters<typeof chainOn>[1]) => {
    await Promise.resolve();
    if (isAway) throw new Error("away");
    batches.push(all.length);
    const entries = chainOn(end, all, sha256);
    end = entries.at(-1)!;
    return entries;
  };
  const record = recordAudit({ audit: { append }, clock: { now: () => 9 } });
  const tell = (action: string) =>
    record({ actor: "a", via: "api", requestId: null, action, subjects: [], data: {} });
  const entries = await Promise.all(["a", "b", "c"].map(tell));
  expect(entries.map(({ position, action, at }) => [position, action, at])).toEqual([
    [1, "a", 9],
    [2, "b", 9],
    [3, "c", 9],
  ]);
  expect(batches).toEqual([1, 2]);
  isAway = true;
  await expect(tell("d")).rejects.toThrow("away");
  isAway = false;
  expect((await tell("e")).position).toBe(4);
});

import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AssociatedData, type Keyring, keyring } from "#adapters/postgres/sealing/keyring.ts";

const keyArbitrary = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((key) => key.some((byte) => byte !== 0));
const aadArbitrary: fc.Arbitrary<AssociatedData> = fc.record({
  purpose: fc.constantFrom<AssociatedData["purpose"][]>("message", "route", "participant", "secret"),
  row: fc.oneof(fc.uuid({ version: 7 }), fc.string()),
});

const opened = (ring: Keyring, aad: AssociatedData, sealed: Uint8Array): Buffer => {
  const plain = ring.open(aad, sealed);
  if (!plain.ok) throw new Error(`Expected it to open: ${plain.error.reason}`);
  return plain.value;
};

describe("a keyring", () => {
  test("opens what it has sealed, and never seals alike twice", () => {
    fc.assert(
      fc.property(keyArbitrary, aadArbitrary, fc.uint8Array({ maxLength: 300 }), (key, aad, plain) => {
        const ring = keyring([key]);
        const sealed = ring.seal(aad, plain);
        expect(Buffer.from(plain).equals(opened(ring, aad, sealed))).toBe(true);
        expect(ring.seal(aad, plain).equals(sealed)).toBe(false);
      }),
    );
  });

  test("opens what has lain in databases for long", () => {
    const sealed = "AWZseDp3g9cGak8nbeW1IvzElYnyXx79sxYGvHTwaG3Z3Kopy3Be86OVuiJwoKmf4YLc0g";
    const aad: AssociatedData = { purpose: "message", row: "0198c0de-0000-7000-8000-00000000beef" };
    const ring = keyring([Buffer.alloc(32, 7)]);
    expect(opened(ring, aad, Buffer.from(sealed, "base64url")).toString()).toBe("See you at five ☕");
  });

  test("never uses a nonce twice", () => {
    const ring = keyring([randomBytes(32)]);
    const aad: AssociatedData = { purpose: "message", row: "018f0000-0000-7000-8000-000000000000" };
    const nonces = Array.from({ length: 2_000 }, () => ring.seal(aad, "").toString("hex", 5, 17));
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test("does not open a value that was moved to another row or purpose", () => {
    fc.assert(
      fc.property(keyArbitrary, aadArbitrary, aadArbitrary, (key, here, there) => {
        fc.pre(here.purpose !== there.purpose || here.row !== there.row);
        const ring = keyring([key]);
        const moved = ring.open(there, ring.seal(here, "secret"));
        expect(moved).toMatchObject({ ok: false, error: { ...there, reason: "damaged" } });
      }),
    );
  });

  test("does not open a value of which one bit was changed", () => {
    const ring = keyring([randomBytes(32)]);
    const aad: AssociatedData = { purpose: "message", row: "018f0000-0000-7000-8000-000000000000" };
    const sealed = ring.seal(aad, "See you at five");
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(ring.open(aad, changed).ok).toBe(false);
      }),
    );
  });

  test("seals with its first key and opens with all", () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)];
    const aad: AssociatedData = { purpose: "answer", row: "x" };
    const sealed = keyring([older]).seal(aad, "before");
    const rotated = keyring([newer, older]);
    expect(opened(rotated, aad, sealed).toString()).toBe("before");
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.seal(aad, "after"))).toBe(true);
    expect(keyring([newer]).open(aad, sealed)).toEqual({
      ok: false,
      error: { ...aad, reason: "unknown-key", keyId: keyring([older]).keyIds[0] },
    });
  });

  test("needs at least one key, and keys of 32 bytes", () => {
    expect(() => keyring([])).toThrow();
    expect(() => keyring([randomBytes(16)])).toThrow();
  });

  test("takes no key twice, and none of zeros", () => {
    const key = randomBytes(32);
    expect(() => keyring([key, randomBytes(32), key])).toThrow(/twice/);
    expect(() => keyring([key, new Uint8Array(32)])).toThrow(/zeros/);
  });
});

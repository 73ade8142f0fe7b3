import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE_METHODS, type SignatureMethod, sign, verify } from "#adapters/vonage-http/signature.ts";
import { VECTOR_SECRET, VECTORS } from "./captured.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const seconds = (ms: number): string => String(Math.floor(ms / 1000));

const methodArbitrary = fc.constantFrom(...SIGNATURE_METHODS);
const parametersArbitrary = fc.dictionary(
  fc
    .stringMatching(/^[\w.-]{1,20}$/)
    .filter((key) => key !== "sig" && key !== "timestamp" && key !== "__proto__"),
  fc.string(),
);

describe("A webhook's signature", () => {
  const vectors = VECTORS.flatMap(({ parameters, signatures }) =>
    Object.entries(signatures).map(([method, signature]) => ({
      parameters,
      method: method as SignatureMethod,
      signature,
    })),
  );

  test.each(vectors)("by $method is the one that Vonage computes", ({ parameters, method, signature }) => {
    const reversed = Object.fromEntries(Object.entries(parameters).reverse());
    for (const order of [parameters, reversed])
      expect(sign(order, { secret: VECTOR_SECRET, method })).toBe(signature);
    const then = Number(parameters.timestamp) * 1000;
    for (const sig of [signature.toLowerCase(), signature.toUpperCase()])
      expect(verify({ ...parameters, sig }, { secret: VECTOR_SECRET, method }, then)).toBe("valid");
  });

  test("is valid for what was signed, and wrong once any value, the method or the secret differs", () => {
    fc.assert(
      fc.property(
        parametersArbitrary,
        methodArbitrary,
        fc.string({ minLength: 1 }),
        (rest, method, secret) => {
          const parameters = { ...rest, timestamp: seconds(NOW) };
          const sig = sign(parameters, { secret, method });
          expect(verify({ ...parameters, sig }, { secret, method }, NOW)).toBe("valid");
          for (const key of Object.keys(parameters)) {
            const changed = { ...parameters, [key]: `${parameters[key as keyof typeof parameters]}x`, sig };
            expect(verify(changed, { secret, method }, NOW)).toBe("wrong");
          }
          expect(verify({ ...parameters, added: "1", sig }, { secret, method }, NOW)).toBe("wrong");
          expect(verify({ ...parameters, sig }, { secret: `${secret}x`, method }, NOW)).toBe("wrong");
          for (const other of SIGNATURE_METHODS.filter((each) => each !== method))
            expect(verify({ ...parameters, sig }, { secret, method: other }, NOW)).toBe("wrong");
        },
      ),
    );
  });

  test("is never valid when a name could hide other parameters", () => {
    const signing = { secret: "s3cret", method: "sha256" } as const;
    const part = {
      concat: "true",
      "concat-part": "1",
      "concat-total": "2",
      text: "a",
      timestamp: seconds(NOW),
    };
    const sig = sign(part, signing);
    expect(verify({ ...part, sig }, signing, NOW)).toBe("valid");
    const { concat: _, "concat-part": __, ...rest } = part;
    const hidden = { "concat=true&concat-part": "1", ...rest, sig };
    expect(verify(hidden, signing, NOW)).toBe("wrong");
    for (const name of ["a b", "a&b", "a=b", "ä", ""])
      expect(verify({ ...part, [name]: "x", sig }, signing, NOW)).toBe("wrong");
  });

  test("is never valid for values that are no text, and never throws", () => {
    const hostile = fc.dictionary(fc.constantFrom("sig", "timestamp", "text", "to", "x"), fc.anything());
    fc.assert(
      fc.property(hostile, methodArbitrary, (parameters, method) => {
        expect(verify(parameters, { secret: "s3cret", method }, NOW)).not.toBe("valid");
      }),
    );
  });

  test("is missing when it is absent or empty", () => {
    expect(verify({ text: "hi" }, { secret: "s", method: "md5hash" }, NOW)).toBe("missing");
    expect(verify({ text: "hi", sig: "" }, { secret: "s", method: "md5hash" }, NOW)).toBe("missing");
  });

  test("covers a number that JSON carries without quotes", () => {
    const signing = { secret: "s", method: "sha256" } as const;
    const sig = sign({ messageId: "1", timestamp: seconds(NOW) }, signing);
    expect(verify({ messageId: 1, timestamp: NOW / 1000, sig }, signing, NOW)).toBe("valid");
  });

  test("may be as old as Vonage repeats webhooks, and not older", () => {
    const signing = { secret: "s", method: "sha1" } as const;
    const at = (ms: number) => {
      const parameters = { messageId: "1", timestamp: seconds(NOW + ms) };
      return verify({ ...parameters, sig: sign(parameters, signing) }, signing, NOW);
    };
    const hour = 3_600_000;
    expect([at(0), at(-72 * hour), at(-74 * hour), at(hour / 6), at(hour)]).toEqual([
      "valid",
      "valid",
      "stale",
      "valid",
      "stale",
    ]);
  });
});

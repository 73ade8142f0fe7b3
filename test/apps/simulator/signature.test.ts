import { describe, expect, it } from "vitest";
import { isSignedBy, SIGNATURE_METHODS, signature } from "#apps/simulator/webhooks/signature.ts";

const SECRET = "my_secret_key_for_testing";

/** Published with Vonage's PHP SDK. */
const params = {
  "message-timestamp": "2013-11-21 15:27:30",
  messageId: "020000001B0FE827",
  msisdn: "14843472194",
  text: "Test again",
  timestamp: "1385047698",
  to: "13239877404",
  type: "text",
};
const published = {
  md5hash: "d2e7b1dc968737c5998ad624e02f90b7",
  md5: "DDEBD46008C2D4E93CCE578A332A52D5",
  sha1: "27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A",
  sha256: "DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330",
  sha512:
    "E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82",
};

describe("a signature", () => {
  it.each(SIGNATURE_METHODS)("is the published one for %s", (method) => {
    expect(signature(params, SECRET, method)).toBe(published[method]);
  });

  it("takes & and = in values for _", () => {
    const withSigns = {
      keyword: "TEST",
      "message-timestamp": "2017-04-04 22:57:47",
      messageId: "0B00000042AC53BD",
      msisdn: "14843472194",
      nonce: "929d6744-bd28-42c8-b6cf-31d5b4f43732",
      text: "Test with & and =",
      timestamp: "1491346667",
      to: "12192259404",
      type: "text",
    };
    expect(signature(withSigns, SECRET, "md5hash")).toBe("e06d9763e3fd0b9c31beb5fc2fcb011c");
  });

  it.each(SIGNATURE_METHODS)("fits in either case, and fits no other text, for %s", (method) => {
    const sig = signature(params, SECRET, method);
    expect(isSignedBy({ ...params, sig: sig.toLowerCase() }, SECRET, method)).toBe(true);
    expect(isSignedBy({ ...params, sig: sig.toUpperCase() }, SECRET, method)).toBe(true);
    expect(isSignedBy({ ...params, sig, text: "Test agaim" }, SECRET, method)).toBe(false);
    expect(isSignedBy(params, SECRET, method)).toBe(false);
  });
});

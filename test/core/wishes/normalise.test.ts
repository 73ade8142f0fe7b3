import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCry, normalise, WRITTEN_LENGTH_MAX } from "#core/domain/wishes/normalise.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";
import { dressedArbitrary } from "./dress.ts";

const WORDS = [
  "stop",
  "unsubscribe",
  "opt out",
  "arrêt",
  "стоп",
  "停止",
  "退订",
  "unblock",
  "no más",
  "hilfe",
];

const dressedWord = fc.constantFrom(...WORDS).chain((word) => {
  return dressedArbitrary(word).map((text) => ({ word, text }));
});

describe("the words of a text", () => {
  test("are the same in any dress", () => {
    fc.assert(
      fc.property(dressedWord, ({ word, text }) => {
        expect(normalise(text)).toBe(normalise(word));
      }),
      { numRuns: 2_000 },
    );
  });

  test("stay as they are when normalised again", () => {
    fc.assert(
      fc.property(fc.oneof(smsTextArbitrary, fc.string({ unit: "grapheme", maxLength: 45 })), (text) => {
        const once = normalise(text);
        if (once !== null) {
          expect(normalise(once)).toBe(once);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("are none in a text of signs and pictures alone", () => {
    expect(["", " ", "...", "🛑", "🛑🛑", "?!", "\u200b", "❤️", "1️⃣", "🇫🇷"].map(normalise)).toEqual(
      Array(10).fill(""),
    );
  });

  test.each([
    ["ＳＴＯＰ", "stop"],
    ["S\u200bTOP", "stop"],
    ["\u2068STOP\u2069", "stop"],
    ["(STOP)", "stop"],
    ["-STOP", "stop"],
    ["S.T.O.P.", "stop"],
    ["s t o p", "stop"],
    ["S-T-O-P", "stop"],
    ["stop stop STOP", "stop"],
    ["STOP!STOP!", "stop"],
    ["opt out opt out", "opt out"],
    ["Opt-out", "opt out"],
    ["Don’t stop", "dont stop"],
    ["İSTOP", "istop"],
    ["СТОП", "стоп"],
    ["CTOП", "ctoп"],
    ["STOP 12345", "stop 12345"],
    ["y n", "y n"],
  ])("of %j are %j", (text, words) => {
    expect(normalise(text)).toBe(words);
  });

  test("do not hold the signature of a phone, and do hold everything else below an empty line", () => {
    expect(normalise("STOP\n\nSent from my phone")).toBe("stop");
    expect(normalise("STOP\r\n\r\n--\r\nEnvoyé de mon mobile")).toBe("stop");
    expect(normalise("STOP\n\nat the corner")).toBe("stop at the corner");
    expect(normalise("STOP\n\nAnn")).toBe("stop ann");
    expect(normalise("Sent from my phone")).toBe("sent from my phone");
  });

  test("are not read in texts of more than 40 characters, signature apart, at no cost that grows", () => {
    expect(normalise(`stop${"!".repeat(36)}`)).toBe("stop");
    expect(normalise(`stop${"!".repeat(37)}`)).toBeNull();
    expect(normalise("\u200b".repeat(WRITTEN_LENGTH_MAX + 1))).toBeNull();
    expect(normalise("stop ".repeat(1_000_000))).toBeNull();
  });
});

describe("a cry", () => {
  test.each(["HELP!", "help！", "¡ayuda!", "HELP 🙏", "help help help", "🆘 help"])("is %j", (text) => {
    expect(isCry(text)).toBe(true);
  });

  test.each(["HELP", "Help.", "Help?", "“help”", "h e l p"])("is not %j", (text) => {
    expect(isCry(text)).toBe(false);
  });
});

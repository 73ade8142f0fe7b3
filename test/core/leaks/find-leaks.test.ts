import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLabelledLines } from "#apps/leaks/labelled-file.ts";
import { judgeLine, scoresOf } from "#apps/leaks/score.ts";
import { findLeaks, scanTexts } from "#core/leaks/find-leaks.ts";
import { anyText, fictionalNumber, writingOf } from "./writings.ts";

const options = { callingCodes: ["44", "1", "33", "49"] };
const kindsIn = (...texts: readonly string[]): readonly string[] => [
  ...new Set(findLeaks(texts, options).map(({ kind }) => kind)),
];

test("in a labelled corpus hardly a leak is missed, and hardly a text without one is touched", () => {
  const file = "test/core/leaks/corpus.jsonl";
  const lines = parseLabelledLines(file, readFileSync(file, "utf8"));
  if (!lines.ok) throw new Error(lines.error);
  const { any, languages } = scoresOf(lines.value.map(judgeLine));
  expect(lines.value.length).toBeGreaterThan(500);
  expect(any.precision).toBeGreaterThanOrEqual(0.97);
  expect(any.recall).toBeGreaterThanOrEqual(0.95);
  expect(Object.keys(languages)).toEqual(["de", "en", "es", "fr", "pt"]);
  for (const { precision, recall } of Object.values(languages))
    expect(Math.min(precision, recall)).toBeGreaterThanOrEqual(0.93);
});

test("a number is found in every way of writing", () => {
  const written = fictionalNumber.chain(({ digits, callingCode }) =>
    fc.tuple(writingOf(digits), fc.constant(callingCode)),
  );
  fc.assert(
    fc.property(written, ([text, callingCode]) => {
      const findings = findLeaks([`my number: ${text}`], { callingCodes: [callingCode] });
      expect(findings.map(({ kind }) => kind)).toEqual(["phone"]);
    }),
    { numRuns: 500 },
  );
});

test("a number is found when it is sent in pieces", () => {
  const pieces = fictionalNumber.chain(({ digits, callingCode }) =>
    fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 6, max: 8 })).map(([first, second]) => ({
      texts: [digits.slice(0, first), digits.slice(first, second), digits.slice(second)],
      callingCode,
    })),
  );
  fc.assert(
    fc.property(pieces, ({ texts, callingCode }) => {
      fc.pre(callingCode !== "1");
      const findings = findLeaks(texts, { callingCodes: [callingCode] });
      expect(findings.map(({ source }) => source)).toEqual([0, 1, 2]);
    }),
  );
});

test("texts that somebody numbers are no number in pieces, whatever the word", () => {
  const labels = ["text", "note", "call", "mobile", "number"];
  const count = fc.integer({ min: 10, max: 95 });
  fc.assert(
    fc.property(
      fc.constantFrom(...labels),
      count,
      fc.constantFrom(0, 1),
      fc.constantFrom("52", "1", "44"),
      (label, from, step, code) => {
        const texts = [0, 1, 2, 3, 4].map((at) => `${label} ${from + at * step}`);
        expect(findLeaks(texts, { callingCodes: [code] })).toEqual([]);
        expect(findLeaks([texts.join(", ")], { callingCodes: [code] })).toEqual([]);
      },
    ),
  );
});

test("findings lie within their texts, in order and apart", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 4 }), (texts) => {
      const findings = findLeaks(texts, options);
      findings.forEach(({ source, start, end }, at) => {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(texts[source]!.length);
        const before = findings[at - 1];
        if (before?.source === source) expect(before.end).toBeLessThanOrEqual(start);
        else if (before !== undefined) expect(before.source).toBeLessThan(source);
      });
    }),
    { numRuns: 500 },
  );
});

describe("the work grows with the length of the text, not faster", () => {
  const units = [
    "7 ",
    "one ",
    "O0l ",
    "o ",
    "a.",
    "a@",
    "@ab ",
    "insta ",
    "insta a on ",
    "oneone",
    "👍",
    "a_",
    "(",
    "07700 ",
    "0 ",
    "1-",
    "07seven",
    "07700900123 ",
    "07700900123x ",
    "a@b.co+",
    "http://a.b ",
    ":/",
    "double ",
    "+1 ",
    "dot _",
    "call 5 no ",
    "w ",
    "\u0301",
    "a-",
    "hundred ",
  ];
  test.each(units)("%j over and over", (unit) => {
    const stepsFor = (length: number): number =>
      scanTexts([unit.repeat(length).slice(0, length)], options).steps;
    expect(stepsFor(1_600)).toBeLessThan(2.5 * stepsFor(800) + 100);
    expect(stepsFor(1_600)).toBeLessThan(1_600 * 40);
  });

  test("whatever is repeated", () => {
    const unit = fc.array(fc.constantFrom(...units, "a", "b", " ", "\n", "is ", "at "), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(unit, (parts) => {
        const text = parts.join("").repeat(1_600).slice(0, 1_600);
        expect(scanTexts([text], options).steps).toBeLessThan(1_600 * 60);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what is no leak is left alone", () => {
  test.each([
    "I'll be there at 7:30",
    "between 0900 and 1130",
    "Open 9-5 Mon to Fri, 10-4 Sat",
    "£77.00, £90.01 or 23",
    "1 299.00 new",
    "Flat 7, 700 High Road, N9 0BB",
    "SW1A 1AA",
    "Your code is 482913",
    "gate code 4471#",
    "Order 4471-88213-07 is ready",
    "parcel 1Z999AA10123456784",
    "tracking 00340434161094021501",
    "12/03/2027 or 13/03/2027",
    "03.06.-07.06. passt gut",
    "plate KX70 9OO",
    "flight BA2490 at 21:05",
    "two adults, one child and zero pets",
    "Do you have WhatsApp?",
    "thanks.me too",
    "gracias.es que llego tarde",
    "ok.in that case",
    "my Telegram is broken",
    "the last four digits are 4432",
    "@home till 4",
    "see you @ 8",
    "the point is this",
    "o ponto de encontro",
    "IBAN GB29 NWBK 6016 1331 9268 19",
    "4111 1111 1111 1111",
    "06:15 07:45 10 ce matin",
    "le 06.12.2027 14 personnes",
    "£200 555 0143",
  ])("%s", (text) => {
    expect(kindsIn(text)).toEqual([]);
  });
});

describe("ways out of the conversation are seen", () => {
  test.each([
    ["phone", "oh double seven oh oh nine double oh six one two"],
    ["phone", "zéro six trente-neuf quatre-vingt-dix-huit douze soixante-dix-sept"],
    ["phone", "null hunderteinundsiebzig neununddreißig zwanzig null dreiunddreißig"],
    ["phone", "O77OO 9OO I23"],
    ["phone", "07-70:09/00*45 2"],
    ["email", "ann dot smith at example dot com"],
    ["email", "karl Klammeraffe example Punkt de"],
    ["email", "ben@exаmple.com"],
    ["email", "annsmith77 at gmail"],
    ["link", "hxxps://example.com/deal"],
    ["link", "wa.me/447700900123"],
    ["link", "example punto com"],
    ["handle", "auf Insta heiße ich example_anna"],
    ["handle", "s n a p: example dot cat"],
    ["handle", "@example_ben"],
  ])("%s: %s", (kind, text) => {
    expect(kindsIn(text)).toEqual([kind]);
  });

  test("in pieces, with words around", () => {
    expect(kindsIn("first bit 07700", "second bit 900", "last bit 761")).toEqual(["phone"]);
    expect(kindsIn("my email is ben77", "at example", "dot com")).toEqual(["email"]);
    expect(kindsIn("I'm at 12 Baker Road", "flat 7", "ring 3")).toEqual([]);
  });
});

import fc from "fast-check";
import { GSM_BASIC, GSM_ESCAPE, GSM_EXTENSION } from "#core/domain/gsm-alphabet.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";

const digit = fc.constantFrom(..."0123456789");

/** Any E.164 number, 7 to 15 digits. */
export const msisdnArbitrary: fc.Arbitrary<Msisdn> = fc
  .tuple(fc.constantFrom(..."123456789"), fc.array(digit, { minLength: 6, maxLength: 14 }))
  .map(([first, rest]) => [first, ...rest].join("") as Msisdn);

/** A number together with one of the ways people write it. */
export const writtenMsisdnArbitrary: fc.Arbitrary<{ readonly msisdn: Msisdn; readonly written: string }> = fc
  .tuple(
    msisdnArbitrary,
    fc.boolean(),
    fc.boolean(),
    fc.array(fc.constantFrom("", "", " ", "-", "\u00a0", "\u2011"), { minLength: 15, maxLength: 15 }),
  )
  .map(([msisdn, plus, brackets, gaps]) => {
    const digits = [...msisdn].map((each, at) => gaps[at] + each);
    // Brackets of two digits, so that they are never the refused "(0)".
    if (brackets) digits.splice(2, 2, `(${digits[2]}${digits[3]})`);
    return { msisdn, written: (plus ? "+" : "") + digits.join("") };
  });

const gsmBasicCharacter = fc.constantFrom(...[...GSM_BASIC].filter((_, septet) => septet !== GSM_ESCAPE));
const gsmExtensionCharacter = fc.constantFrom(...GSM_EXTENSION.values());
const gsmPiece = fc.oneof(
  { weight: 8, arbitrary: gsmBasicCharacter },
  { weight: 2, arbitrary: gsmExtensionCharacter },
  { weight: 1, arbitrary: fc.constant("\r\n") },
);

/** A text that the GSM default alphabet can spell, from empty to a handful of segments. */
export const gsmTextArbitrary: fc.Arbitrary<string> = fc
  .array(gsmPiece, { maxLength: 700, size: "max" })
  .map((pieces) => pieces.join(""));

/** One thing a reader sees as one character, outside the GSM alphabet, up to some twenty UTF-16 code units. */
export const graphemeArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("👍", "🙂", "👩‍👩‍👧‍👦", "👨🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣"),
  fc.constantFrom("🇬🇧", "🇺🇸", "🇫🇷"),
  fc.constantFrom("“", "”", "’", "…", "–", "ç", "Ж", "中", "한", "각"),
  fc.constantFrom("م", "ر", "ح", "ب", "ا", "مَ", "क्षि", "ที่"),
  fc
    .tuple(
      fc.constantFrom("e", "a", "Z"),
      fc.array(fc.constantFrom("\u0301", "\u0308", "\u0323"), { minLength: 1, maxLength: 12 }),
    )
    .map(([base, marks]) => base + marks.join("")),
);

/** What people text: plain words, extension characters, emoji with joiners and flags, Arabic, accents. No lone surrogates. */
export const smsTextArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("", "ok", "On my way", "See you at 17:30 [gate 4] €5", "مرحبا", "👍"),
  gsmTextArbitrary,
  fc
    .array(fc.oneof({ weight: 3, arbitrary: gsmPiece }, { weight: 1, arbitrary: graphemeArbitrary }), {
      maxLength: 300,
      size: "max",
    })
    .map((pieces) => pieces.join("")),
  fc.array(graphemeArbitrary, { maxLength: 80, size: "max" }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => text.toWellFormed()),
);

/** A moment in milliseconds since the epoch, from 2020 to 2050. */
export const instantArbitrary: fc.Arbitrary<number> = fc.integer({
  min: 1_577_836_800_000,
  max: 2_524_608_000_000,
});

/** Whole milliseconds from none to ten years, round figures among them. */
export const durationMsArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 315_360_000_000 }),
  fc.integer({ min: 0, max: 3_650 }).map((days) => days * 86_400_000),
  fc.integer({ min: 0, max: 100_000 }).map((minutes) => minutes * 60_000),
);

/** What a uniform random source in [0, 1) can give. */
export const chanceArbitrary: fc.Arbitrary<number> = fc.double({
  min: 0,
  max: 1,
  maxExcluded: true,
  noNaN: true,
});

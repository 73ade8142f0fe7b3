import fc from "fast-check";

/** Ways in which people write digits so that others can read them and filters cannot. */
const alphabets: readonly string[] = [
  "0123456789",
  "０１２３４５６７８９",
  "⓪①②③④⑤⑥⑦⑧⑨",
  "⁰¹²³⁴⁵⁶⁷⁸⁹",
  "٠١٢٣٤٥٦٧٨٩",
  "०१२३४५६७८९",
  "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
  "⓿❶❷❸❹❺❻❼❽❾",
];

const words: readonly (readonly string[])[] = [
  ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
  ["null", "eins", "zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
  ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
  ["zero", "um", "dois", "três", "quatro", "cinco", "meia", "sete", "oito", "nove"],
];

const SEPARATORS = [" ", "-", ".", "/", "  ", " - ", "*", "_", "~", "\u200b", "\u2009", "‑", "·", " 👉 "];

/** Digit characters of one alphabet in small blocks. */
const inDigits = (digits: string): fc.Arbitrary<string> =>
  fc
    .record({
      alphabet: fc.constantFrom(...alphabets),
      separator: fc.constantFrom("", ...SEPARATORS),
      block: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ alphabet, separator, block }) => {
      const letters = [...alphabet];
      return blocksOf(
        [...digits].map((digit) => letters[Number(digit)]!),
        block,
      ).join(separator);
    });

const blocksOf = (digits: readonly string[], length: number): readonly string[] =>
  Array.from({ length: Math.ceil(digits.length / length) }, (_, at) =>
    digits.slice(at * length, (at + 1) * length).join(""),
  );

const inKeycaps = (digits: string): fc.Arbitrary<string> =>
  fc
    .constantFrom("", " ")
    .map((separator) => [...digits].map((digit) => `${digit}\ufe0f\u20e3`).join(separator));

const inBrackets = (digits: string): fc.Arbitrary<string> =>
  fc
    .constantFrom("()", "[]", "{}")
    .map(([open, close]) => [...digits].map((digit) => `${open}${digit}${close}`).join(""));

const inWords = (digits: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...words), fc.constantFrom(" ", "-", ", ", " . "))
    .map(([language, separator]) => [...digits].map((digit) => language[Number(digit)]).join(separator));

const mixed = (digits: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: digits.length, maxLength: digits.length })
    .map((spelled) =>
      [...digits].map((digit, at) => (spelled[at] ? words[0]![Number(digit)] : digit)).join(" "),
    );

/** The first digit stays: a text without any digit is not read as one. */
const inLetters = (digits: string): fc.Arbitrary<string> => {
  const letters: Readonly<Record<string, string>> = { 0: "O", 1: "l", 5: "S", 8: "B" };
  return fc.constant(
    [...digits].map((digit, at) => (at % 3 === 0 ? digit : (letters[digit] ?? digit))).join(""),
  );
};

/** The digits in some way of writing that a person can read. */
export const writingOf = (digits: string): fc.Arbitrary<string> =>
  fc.oneof(
    inDigits(digits),
    inKeycaps(digits),
    inBrackets(digits),
    inWords(digits),
    mixed(digits),
    inLetters(digits),
  );

const digitsOf = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));

/** National writings of mobile numbers from ranges that are kept for fiction, with their calling codes. */
export const fictionalNumber: fc.Arbitrary<{ readonly digits: string; readonly callingCode: string }> =
  fc.oneof(
    digitsOf(3).map((rest) => ({ digits: `07700900${rest}`, callingCode: "44" })),
    digitsOf(2).map((rest) => ({ digits: `20255501${rest}`, callingCode: "1" })),
    digitsOf(4).map((rest) => ({ digits: `063998${rest}`, callingCode: "33" })),
    digitsOf(2).map((rest) => ({ digits: `017139200${rest}`, callingCode: "49" })),
  );

const ORDINARY = [
  "hello",
  "please",
  "the",
  "car",
  "is",
  "outside",
  "gracias",
  "puerta",
  "bitte",
  "Haus",
  "merci",
  "porte",
  "obrigado",
  "rua",
  "at",
  "dot",
  "on",
  "insta",
  "@",
  ".",
  ",",
  "(",
  "👍",
  "number",
  "call",
  "flat",
  "£",
  "€",
  ":",
  "/",
  "\n",
  "é",
  "-",
  "_",
  "#",
];

/** Words, marks and small numbers, as in talk about a deal. */
export const talk: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...ORDINARY), fc.integer({ min: 0, max: 9999 }).map(String)), {
    maxLength: 12,
  })
  .map((parts) => parts.join(" "));

/** Any text, with what the reader looks at met more often than by chance. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  talk,
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc
    .array(fc.constantFrom(..."0123456789oOlI|+()-. @_/:#abz٣⑦７\u200b\u0301👍ß½"), { maxLength: 80 })
    .map((characters) => characters.join("")),
  fc
    .tuple(
      talk,
      fictionalNumber.chain(({ digits }) => writingOf(digits)),
      talk,
    )
    .map((parts) => parts.join(" ")),
);

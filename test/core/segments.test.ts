import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GSM_BASIC, GSM_ESCAPE, GSM_EXTENSION, septetsOfCode } from "#core/domain/gsm-alphabet.ts";
import {
  alphabetOf,
  countSegments,
  PART_SEPTETS_MAX,
  PART_UNITS_MAX,
  piecesOf,
  SEGMENTS_MAX,
  SINGLE_SEPTETS_MAX,
  SINGLE_UNITS_MAX,
  segmentsOf,
  TEXT_UNITS_MAX,
} from "#core/domain/segments.ts";
import { graphemeArbitrary, gsmTextArbitrary, smsTextArbitrary } from "#test/support/arbitraries.ts";

const septets = (text: string) => [...text].reduce((sum, each) => sum + septetsOfCode(each.charCodeAt(0)), 0);

const graphemes = (text: string) =>
  Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);

/** Graphemes long enough to fight for room: alone in a segment, exactly filling one, or exceeding it. */
const longGraphemeArbitrary = fc.oneof(
  fc
    .tuple(fc.constantFrom("e", "👍"), fc.constantFrom(32, 33, 34, 65, 66, 67, 68, 140))
    .map(([base, marks]) => base + "\u0301".repeat(marks)),
  // A crowd joined into one emoji: its code points are pairs, at odd and even places.
  fc.integer({ min: 5, max: 60 }).map((people) => Array(people).fill("👩").join("\u200d")),
);

const anyText = fc.oneof(
  { weight: 4, arbitrary: smsTextArbitrary },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(longGraphemeArbitrary, graphemeArbitrary), { maxLength: 20, size: "max" })
      .map((pieces) => pieces.join("")),
  },
);

describe("the alphabet", () => {
  test("has 128 basic characters, all different, and ten behind the escape", () => {
    expect(new Set(GSM_BASIC).size).toBe(128);
    expect(GSM_BASIC.length).toBe(128);
    expect(GSM_BASIC[GSM_ESCAPE]).toBe("\u001b");
    expect(GSM_EXTENSION.size).toBe(10);
  });

  test("is gsm7 exactly for texts of its own characters", () => {
    const spelled = new Set([...GSM_BASIC, ...GSM_EXTENSION.values()]);
    spelled.delete("\u001b");
    fc.assert(
      fc.property(anyText, (text) => {
        expect(alphabetOf(text)).toBe([...text].every((each) => spelled.has(each)) ? "gsm7" : "ucs2");
      }),
    );
  });

  test("covers every code unit as the tables do", () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const character = String.fromCharCode(code);
      const basic = GSM_BASIC.includes(character) && code !== 0x1b;
      const extended = [...GSM_EXTENSION.values()].includes(character);
      if (septetsOfCode(code) !== (basic ? 1 : extended ? 2 : 0))
        expect.unreachable(`U+${code.toString(16)}`);
    }
  });

  test("a curly quote, an emoji or a raw escape needs UCS-2; a euro sign does not", () => {
    expect(alphabetOf("it’s")).toBe("ucs2");
    expect(alphabetOf("👍")).toBe("ucs2");
    expect(alphabetOf("\u001b")).toBe("ucs2");
    expect(alphabetOf("€5 {[~]} Ça va à Ñuñoa")).toBe("gsm7");
  });
});

describe("the segments", () => {
  test("joined are the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(segmentsOf(text).join("")).toBe(text);
      }),
    );
  });

  test("fit into an SMS each, and are as many as counted", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const segments = segmentsOf(text);
        const [single, part] =
          alphabetOf(text) === "gsm7"
            ? [SINGLE_SEPTETS_MAX, PART_SEPTETS_MAX]
            : [SINGLE_UNITS_MAX, PART_UNITS_MAX];
        const sizes = segments.map((each) => (alphabetOf(text) === "gsm7" ? septets(each) : each.length));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(segments.length === 1 ? single : part);
        expect(countSegments(text)).toBe(segments.length);
      }),
    );
  });

  test("are one, unless the text does not fit into one", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const fits =
          alphabetOf(text) === "gsm7" ? septets(text) <= SINGLE_SEPTETS_MAX : text.length <= SINGLE_UNITS_MAX;
        expect(segmentsOf(text).length === 1).toBe(fits);
      }),
    );
  });

  test("are never empty, except for the empty text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(segmentsOf(text).every((each) => each !== "")).toBe(text !== "");
      }),
    );
  });

  test("never cut a grapheme that fits into a segment, nor any surrogate pair", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const segments = segmentsOf(text);
        const cuts: number[] = [];
        for (const segment of segments) cuts.push((cuts.at(-1) ?? 0) + segment.length);
        let at = 0;
        for (const grapheme of graphemes(text)) {
          const end = at + grapheme.length;
          if (grapheme.length <= PART_UNITS_MAX)
            expect(cuts.filter((each) => each > at && each < end)).toEqual([]);
          at = end;
        }
        for (const each of segments) expect(each.isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });

  test("leave no room for the grapheme that follows", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const gsm = alphabetOf(text) === "gsm7";
        const segments = segmentsOf(text);
        for (const [at, segment] of segments.slice(0, -1).entries()) {
          const following = graphemes(segments.slice(at + 1).join(""))[0]!;
          const size = gsm ? septets(segment + following) : (segment + following).length;
          expect(size).toBeGreaterThan(gsm ? PART_SEPTETS_MAX : PART_UNITS_MAX);
        }
      }),
    );
  });

  test("of a text within the limit are at most 255, whatever its characters", () => {
    const piece = fc.oneof(longGraphemeArbitrary, graphemeArbitrary, fc.constant("[".repeat(77)));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const unit = pieces.join("");
        const text = unit.repeat(Math.floor(TEXT_UNITS_MAX / unit.length));
        expect(countSegments(text)).toBeLessThanOrEqual(SEGMENTS_MAX);
      }),
      { numRuns: 50 },
    );
  });

  test("pieces for a carrier's request are the text again, within the limit, and keep graphemes whole", () => {
    fc.assert(
      fc.property(
        fc.array(graphemeArbitrary, { maxLength: 60 }),
        fc.integer({ min: 40, max: 200 }),
        (all, max) => {
          const text = all.join("");
          const pieces = piecesOf(text, max);
          expect(pieces.join("")).toBe(text);
          for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(max);
          expect(pieces.flatMap(graphemes)).toEqual(graphemes(text));
        },
      ),
    );
  });

  test("160 plain letters are one, 161 are two; a euro sign takes the room of two letters", () => {
    expect(countSegments("a".repeat(160))).toBe(1);
    expect(segmentsOf("a".repeat(161)).map((each) => each.length)).toEqual([153, 8]);
    expect(countSegments("€".repeat(80))).toBe(1);
    expect(segmentsOf("€".repeat(81)).map((each) => each.length)).toEqual([76, 5]);
  });

  test("an emoji family that would straddle the cut goes whole into the next segment", () => {
    const before = "a".repeat(60);
    expect(segmentsOf(`${before}👩‍👩‍👧‍👦`)).toEqual([before, "👩‍👩‍👧‍👦"]);
  });

  test("of the empty text are one empty segment", () => {
    expect(segmentsOf("")).toEqual([""]);
  });

  test("lone surrogates, as parts of others' messages can hold, pass through unharmed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("\ud83d", "\ude00", "x", "é\u0301"), { maxLength: 300, size: "max" }),
        (units) => {
          expect(segmentsOf(units.join("")).join("")).toBe(units.join(""));
        },
      ),
    );
  });

  test("of a GSM text are never more than its length asks for", () => {
    fc.assert(
      fc.property(gsmTextArbitrary, (text) => {
        // At most one septet of each segment stays free: before an escape pair, or before CR LF.
        expect(countSegments(text)).toBeLessThanOrEqual(
          Math.max(1, Math.ceil(septets(text) / (PART_SEPTETS_MAX - 1))),
        );
      }),
    );
  });
});

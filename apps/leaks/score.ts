import { findLeaks } from "#core/leaks/find-leaks.ts";
import type { LeakKind } from "#core/leaks/finding.ts";
import { type LabelledLine, LEAK_KINDS } from "./labelled-line.ts";

/** Precision and recall, 0 to 1; 1 where there was nothing to be wrong about. */
export interface Score {
  readonly precision: number;
  readonly recall: number;
}

export interface Scores {
  readonly any: Score;
  readonly kinds: Readonly<Record<string, Score>>;
  readonly languages: Readonly<Record<string, Score>>;
}

/** What was found in a line, beside what a person found. */
export interface JudgedLine {
  readonly labelled: LabelledLine;
  readonly found: readonly LeakKind[];
}

export const judgeLine = (labelled: LabelledLine): JudgedLine => {
  const { texts, callingCodes } = labelled;
  const found = findLeaks(texts, { callingCodes }).map(({ kind }) => kind);
  return { labelled, found: LEAK_KINDS.filter((kind) => found.includes(kind)) };
};

export const isLeak = ({ labelled }: JudgedLine): boolean => labelled.leak !== "none";

export const isFound = ({ found }: JudgedLine): boolean => found.length > 0;

export const scoresOf = (lines: readonly JudgedLine[]): Scores => {
  const languages = [...new Set(lines.map(({ labelled }) => labelled.language))].sort();
  return {
    any: scoreOf(lines, isLeak, isFound),
    kinds: Object.fromEntries(
      LEAK_KINDS.map((kind) => [
        kind,
        scoreOf(
          lines,
          ({ labelled }) => labelled.leak === kind,
          ({ found }) => found.includes(kind),
        ),
      ]),
    ),
    languages: Object.fromEntries(
      languages.map((language) => [
        language,
        scoreOf(
          lines.filter(({ labelled }) => labelled.language === language),
          isLeak,
          isFound,
        ),
      ]),
    ),
  };
};

type Test = (line: JudgedLine) => boolean;

const scoreOf = (lines: readonly JudgedLine[], expected: Test, found: Test): Score => {
  const hits = lines.filter((line) => expected(line) && found(line)).length;
  const ratio = (of: number): number => (of === 0 ? 1 : hits / of);
  return { precision: ratio(lines.filter(found).length), recall: ratio(lines.filter(expected).length) };
};

import type { Group } from "./digit-groups.ts";
import { JOIN } from "./digit-joins.ts";
import type { Certainty } from "./finding.ts";
import type { Cues } from "./number-cues.ts";
import type { PhoneShape } from "./phone-shape.ts";

export interface Span {
  readonly end: number;
  readonly certainty: Certainty;
  readonly rank: number;
}

export interface Case {
  readonly run: readonly Group[];
  readonly first: number;
  readonly end: number;
  /** The widest join within. */
  readonly join: number;
  readonly shape: PhoneShape;
  readonly plus: boolean;
  readonly digits: string;
  /** Nothing that could belong to the number stands before, or after. */
  readonly startsClean: boolean;
  readonly endsClean: boolean;
}

export const judge = (each: Case, cues: Cues): Span | null => {
  const { run, first, end, shape, plus, startsClean, endsClean } = each;
  const span = (rank: number, certainty: Certainty): Span => ({
    end,
    rank: rank + (endsClean ? 0.5 : 0),
    certainty,
  });
  switch (shape) {
    case "certain":
      if (each.join >= JOIN.words && !goesOn(each)) return null;
      if (cues.code && !plus && run[first]!.digits.length > 5) return null;
      return span(3, "sure");
    case "national":
      if (!startsClean || !endsClean || cues.code) return null;
      if (each.join >= JOIN.words && !(goesOn(each) && (cues.phone || isOverTexts(each)))) return null;
      return cues.phone || isArranged(each) ? span(2, "sure") : null;
    case "foreign":
      if (!startsClean || !endsClean || cues.code || each.join >= JOIN.words) return null;
      return cues.phone || plus || isArranged(each) ? span(1.5, "sure") : null;
    default:
      if (!startsClean || !endsClean || cues.code || !cues.phone || each.join >= JOIN.words) return null;
      if ((each.join >= JOIN.loose || isRowOfSmall(each)) && !isSpelled(each)) return null;
      return span(1, "likely");
  }
};

/** Words stand within: long pieces that together are a number, or pieces of it in texts of their own. */
const goesOn = ({ run, first, end, digits }: Case): boolean => {
  const pieces = piecesOf(run.slice(first, end));
  return pieces.every((length) => length >= 2) && pieces.length <= Math.ceil(digits.length / 2);
};

/** The lengths of what stands between words. */
const piecesOf = (groups: readonly Group[]): readonly number[] => {
  const pieces: number[] = [];
  groups.forEach(({ digits, join }, at) => {
    if (at === 0 || join >= JOIN.words) pieces.push(digits.length);
    else pieces[pieces.length - 1]! += digits.length;
  });
  return pieces;
};

const isOverTexts = ({ run, first, end }: Case): boolean => run[first]!.source !== run[end - 1]!.source;

/** "112 / 999 / 911" are three numbers. */
const isRowOfSmall = ({ run, first, end }: Case): boolean =>
  run.slice(first, end).every(({ digits }) => digits.length === 3);

const isSpelled = ({ run, first, end }: Case): boolean =>
  run.slice(first, end).some(({ spelled }) => spelled);

/**
 * Whether digits without country code and trunk digit stand as a telephone number does: a list of prices or sizes does not.
 */
const isArranged = (each: Case): boolean => {
  const { run, first, end, join } = each;
  const groups = run.slice(first, end);
  const lengths = groups.map(({ digits }) => digits.length);
  if (isSpelled(each) || lengths.every((length) => length === 1)) return true;
  const written = lengths.join("-");
  if (/^(1-)?3-3-4$/.test(written)) return true;
  if (join > JOIN.tight) return each.digits[0] === "0" && join < JOIN.words;
  return lengths.length > 1 || each.digits.length >= 10 || each.digits[0] === "0";
};

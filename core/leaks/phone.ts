import { digitGroups, type Group, JOIN } from "./digit-groups.ts";
import { everydayNumbers } from "./everyday-numbers.ts";
import { type Certainty, type Finding, findingsOver } from "./finding.ts";
import type { SpellingMode } from "./number-words.ts";
import { PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, type PhoneShape, phoneShape } from "./phone-shape.ts";
import { hasRole, isMark, type Reading, type Token } from "./reader.ts";
import { ROLE } from "./words/roles.ts";

/**
 * Numbers by which the writer can be called. `home` are the calling codes of the countries in which a number without one is
 * read.
 */
export const findPhones = (reading: Reading, home: readonly string[]): readonly Finding[] => {
  if (reading.digitsMax < PHONE_DIGITS_MIN) return [];
  const found = findIn(reading, home, "composed");
  return found.length > 0 || (reading.roles & ROLE.number) === 0 ? found : findIn(reading, home, "apart");
};

const PASSES_MAX = 4;

/**
 * What is left when a number is hidden may read as another one: a number inside a number. So what is found is taken out
 * and the rest is read again.
 */
const findIn = (reading: Reading, home: readonly string[], mode: SpellingMode): readonly Finding[] => {
  const findings: Finding[] = [];
  let groups = digitGroups(reading, mode);
  if (totalOf(groups) < PHONE_DIGITS_MIN) return findings;
  const everyday = everydayNumbers(reading, groups);
  let rest = groups.map((group, at) => ({ group, everyday: everyday[at] !== null }));
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const taken = new Set<Group>();
    for (const run of runsOf(rest))
      for (const each of candidatesIn(reading, run, home)) {
        findings.push(
          ...findingsOver(
            each.groups.map((group) => spanOf(reading, group)),
            "phone",
            each.certainty,
          ),
        );
        for (const group of each.groups) taken.add(group);
      }
    if (taken.size === 0) break;
    rest = withoutTaken(rest, taken);
    groups = rest.map(({ group }) => group);
    if (totalOf(groups) < PHONE_DIGITS_MIN) break;
  }
  return findings;
};

interface Item {
  readonly group: Group;
  readonly everyday: boolean;
}

/** What comes after a number that was taken out is parted from what came before it by the mask. */
const withoutTaken = (items: readonly Item[], taken: ReadonlySet<Group>): Item[] => {
  const left: Item[] = [];
  let isParted = false;
  for (const { group, everyday } of items) {
    if (taken.has(group)) {
      isParted = true;
      continue;
    }
    const join = isParted ? Math.max(group.join, JOIN.words) : group.join;
    left.push({ group: { ...group, join }, everyday });
    isParted = false;
  }
  return left;
};

const totalOf = (groups: readonly Group[]): number =>
  groups.reduce((sum, { digits }) => sum + digits.length, 0);

/** With the plus sign and the bracket that belong to it. */
const spanOf = ({ tokens }: Reading, group: Group): Group => {
  let { start } = group;
  for (let at = group.from - 1; at >= 0; at -= 1) {
    const token = tokens[at]!;
    if (token.source !== group.source || (!isMark(token, "+") && !isMark(token, "("))) break;
    start = token.start;
  }
  return { ...group, start };
};

/** Groups that may belong together: between them stands nothing that ends a number. */
const runsOf = (items: readonly Item[]): readonly (readonly Group[])[] => {
  const runs: Group[][] = [];
  let run: Group[] | null = null;
  for (const { group, everyday } of items) {
    if (everyday) {
      run = null;
      continue;
    }
    if (run === null || group.join === JOIN.broken) {
      run = [];
      runs.push(run);
    }
    run.push(group);
  }
  return runs;
};

interface Candidate {
  readonly groups: readonly Group[];
  readonly certainty: Certainty;
}

const candidatesIn = (
  reading: Reading,
  run: readonly Group[],
  home: readonly string[],
): readonly Candidate[] => {
  const candidates: Candidate[] = [];
  const isLong = totalOf(run) > PHONE_DIGITS_MAX;
  for (let first = 0; first < run.length; ) {
    const best = longestFrom(reading, { run, first, isLong }, home);
    if (best === null) first += 1;
    else {
      candidates.push({ groups: run.slice(first, best.end), certainty: best.certainty });
      first = best.end;
    }
  }
  return candidates;
};

interface Span {
  readonly end: number;
  readonly certainty: Certainty;
  readonly rank: number;
}

/** Where a candidate may begin. */
interface Beginning {
  readonly run: readonly Group[];
  readonly first: number;
  /** The run has more digits than any telephone number. */
  readonly isLong: boolean;
}

const longestFrom = (
  reading: Reading,
  { run, first, isLong }: Beginning,
  home: readonly string[],
): Span | null => {
  const plus = hasPlus(reading, run[first]!);
  const { digits: head, join: joinBefore } = run[first]!;
  const startsClean = first === 0 || plus || joinBefore > JOIN.tight || isAreaCode(head);
  // Within digits that go on only a trunk digit begins a number, and in a tracking or account number nothing does.
  if (!startsClean && (isLong || run[first]!.digits[0] !== "0")) return null;
  const before = cuesBefore(reading, run[first]!);
  let best: Span | null = null;
  let digits = "";
  let join: number = JOIN.tight;
  for (let end = first + 1; end <= run.length; end += 1) {
    const group = run[end - 1]!;
    reading.steps += 1;
    if (end > first + 1) join = Math.max(join, group.join);
    digits += group.digits;
    if (digits.length > PHONE_DIGITS_MAX) break;
    if (digits.length < PHONE_DIGITS_MIN) continue;
    const endsClean = end === run.length || run[end]!.join > JOIN.tight;
    // Without a trunk digit or a plus sign only what stands by itself is a number.
    if (!endsClean && !plus && digits[0] !== "0") continue;
    const shape = phoneShape(digits, plus, home);
    if (shape === "none") continue;
    const each: Case = { run, first, end, join, shape, plus, digits, startsClean, endsClean };
    const judged = judge(each, cuesAround(reading, before, group));
    if (judged !== null && judged.rank >= (best?.rank ?? 0)) best = judged;
  }
  return best;
};

/** Codes are written in blocks of four: a longer block that begins with a trunk digit begins a number. */
const isAreaCode = (digits: string): boolean => digits.length >= 5 && digits[0] === "0";

const hasPlus = ({ tokens }: Reading, { from }: Group): boolean => {
  let at = from - 1;
  while (isMark(tokens[at], "(") || isMark(tokens[at], "[")) at -= 1;
  return isMark(tokens[at], "+") || tokens[at]?.value === "plus";
};

interface Case {
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

const judge = (each: Case, cues: Cues): Span | null => {
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

/** "area code", "country code". */
const PLACE_CODES = new Set(["area", "country", "dialling", "dialing"]);

const CUE_TOKENS = 6;
const CUE_TOKENS_AFTER = 4;

/** What stood there was announced by the words before it. */
const isMasked = ({ value }: Token): boolean => value === "hidden";

interface Cues {
  readonly phone: boolean;
  readonly code: boolean;
}

/** What the words before a number say that it is: "booking number" and "order no" speak of a code. */
const cuesBefore = ({ tokens }: Reading, first: Group): Cues => {
  let phone = false;
  let code = false;
  for (let at = first.from - 1, left = CUE_TOKENS; at >= 0 && left > 0; at -= 1, left -= 1) {
    const token = tokens[at]!;
    if (token.kind === "digits" || isMasked(token)) break;
    const isPlace = PLACE_CODES.has(tokens[at - 1]?.value ?? "");
    phone ||= isPlace || hasRole(token, ROLE.phoneCue);
    code ||= !isPlace && hasRole(token, ROLE.codeCue);
  }
  return { phone: phone && !code, code };
};

/** The same with the words right after it: "… is my cell". */
const cuesAround = (reading: Reading, before: Cues, last: Group): Cues => {
  if (before.phone || before.code) return before;
  const { tokens } = reading;
  for (let at = last.to, left = CUE_TOKENS_AFTER; at < tokens.length && left > 0; at += 1, left -= 1) {
    const token = tokens[at]!;
    if (token.kind === "digits" || isMark(token, ".") || isMasked(token)) break;
    if (hasRole(token, ROLE.phoneCue)) return { phone: true, code: false };
  }
  return before;
};

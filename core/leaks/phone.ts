import { ROLE } from "#core/leaks/words/roles.ts";
import { digitGroups, type Group } from "./digit-groups.ts";
import { JOIN } from "./digit-joins.ts";
import { everydayNumbers } from "./everyday-numbers.ts";
import { type Certainty, type Finding, findingsOver } from "./finding.ts";
import { cuesAround, cuesBefore, isNumbered } from "./number-cues.ts";
import type { SpellingMode } from "./number-words.ts";
import { type Case, judge, type Span } from "./phone-judgement.ts";
import { PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, phoneShape } from "./phone-shape.ts";
import { isMark, type Reading } from "./reading.ts";

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
    const cues = cuesAround(reading, before, group);
    // breakage: take-counts-for-numbers
    const isCount = join >= JOIN.words && isNumbered(reading, run.slice(first, end));
    const judged = judge(each, isCount ? { ...cues, phone: false } : cues);
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

import { ROLE } from "#core/leaks/words/roles.ts";
import type { Group } from "./digit-groups.ts";
import { JOIN } from "./digit-joins.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";

export type EverydayKind = "clock" | "date" | "amount" | "grouped" | "range" | "counted" | "account";

/**
 * Which groups are plainly times, dates, prices, measures, or the number of a house or a bus. They are no part of a
 * telephone number, and end one that stands before them.
 */
export const everydayNumbers = (
  reading: Reading,
  groups: readonly Group[],
): readonly (EverydayKind | null)[] => {
  const everyday = new Array<EverydayKind | null>(groups.length).fill(null);
  for (let at = 0; at < groups.length; ) {
    const end = chainEnd(reading, groups, at);
    reading.steps += end - at;
    const kind = kindOfChain(reading, groups.slice(at, end), groups[end]);
    if (kind !== null) everyday.fill(kind, at, end);
    else if (end === at + 1) {
      const counted = kindOfCounted(reading, groups, at);
      if (counted !== null) everyday.fill(counted, firstOfAmount(reading, groups, at), end);
    }
    at = end;
  }
  markCodes(groups, everyday);
  return everyday;
};

/** One mark, the same between all, and nothing else between the groups: "12/03/2027". */
const chainEnd = (reading: Reading, groups: readonly Group[], at: number): number => {
  const { tokens } = reading;
  const first = groups[at]!;
  const parting = tokens[first.to];
  let end = at + 1;
  if (first.spelled || parting?.kind !== "mark" || parting.gap !== GAP.none) return end;
  while (end < groups.length) {
    const [before, group] = [groups[end - 1]!, groups[end]!];
    const here = tokens[before.to]!;
    if (group.spelled || group.from !== before.to + 1 || here.gap !== GAP.none) break;
    if (tokens[group.from]!.gap !== GAP.none) break;
    if (here.value !== parting.value && !isDecimalMark(here.value, parting.value)) break;
    end += 1;
  }
  return end;
};

/** "1.200,50": the mark before the cents differs. */
const isDecimalMark = (mark: string, thousands: string): boolean =>
  (mark === "," && thousands === ".") || (mark === "." && thousands === ",");

const kindOfChain = (
  reading: Reading,
  chain: readonly Group[],
  after: Group | undefined,
): EverydayKind | null => {
  const { tokens } = reading;
  const [first, second, third] = chain;
  const last = chain.at(-1)!;
  if (isPriced(reading, first!, last)) return isAmount(reading, chain) ? "amount" : null;
  if (second === undefined) return null;
  const mark = tokens[first!.to]!.value;
  const [a, b] = [first!.digits, second.digits];
  if (mark === ":") return chain.length <= 3 && isTime(a, b) ? "clock" : null;
  if (third !== undefined) {
    if (chain.length === 3 && isDate(a, b, third.digits)) return "date";
    return isGrouped(reading, chain) ? "grouped" : null;
  }
  if (first!.join === JOIN.tight && isGlued(tokens, first!)) return null;
  const isAlone = after === undefined || after.join >= JOIN.loose;
  const isDay = isDayAndMonth(a, b);
  switch (mark) {
    case "/":
      return isDay ? "date" : null;
    case ".":
      if (isDay && isMark(tokens[second.to], ".")) return "date";
      return isDecimal(a, b) || isGrouped(reading, chain) ? "grouped" : null;
    case ",":
      return isDecimal(a, b) || isGrouped(reading, chain) ? "grouped" : null;
    case "-":
      return (isAlone || isDay) && first!.join !== JOIN.tight && isRange(a, b) ? "range" : null;
    default:
      return null;
  }
};

const isGlued = (tokens: readonly Token[], { from }: Group): boolean =>
  tokens[from]!.gap === GAP.none && from > 0;

const between = (digits: string, min: number, max: number): boolean =>
  digits.length <= 4 && Number(digits) >= min && Number(digits) <= max;

const isTime = (hours: string, minutes: string): boolean =>
  hours.length <= 2 && minutes.length === 2 && between(hours, 0, 24) && between(minutes, 0, 59);

const isDayAndMonth = (a: string, b: string): boolean =>
  a.length <= 2 &&
  b.length <= 2 &&
  ((between(a, 1, 31) && between(b, 1, 12)) || (between(a, 1, 12) && between(b, 1, 31)));

const isYear = (digits: string): boolean =>
  digits.length === 2 || (digits.length === 4 && between(digits, 1900, 2100));

const isDate = (a: string, b: string, c: string): boolean =>
  (isDayAndMonth(a, b) && isYear(c)) || (a.length === 4 && isYear(a) && isDayAndMonth(b, c));

/** "9-5", "0900-1130", "2026-2027". */
const isRange = (a: string, b: string): boolean =>
  (a.length <= 2 && b.length <= 2) ||
  (a.length === 4 &&
    b.length === 4 &&
    ((between(a, 0, 2400) && between(b, 0, 2400)) || (isYear(a) && isYear(b))));

/** Prices and places on the map: a telephone number of two pieces is longer, or begins with a zero. */
const isDecimal = (whole: string, rest: string): boolean =>
  whole.length <= 4 && whole.length + rest.length <= 8 && (whole === "0" || whole[0] !== "0");

/** "1,200", "2.025.550": nine digits and more are a telephone number's just as well. */
const isGrouped = ({ tokens }: Reading, chain: readonly Group[]): boolean => {
  const [first, ...rest] = chain;
  const mark = tokens[first!.to]!.value;
  if (first!.digits.length > 3 || first!.digits[0] === "0" || (mark !== "," && mark !== ".")) return false;
  const length = chain.reduce((sum, { digits }) => sum + digits.length, 0);
  const areCents = ({ digits, from }: Group): boolean =>
    digits.length === 2 && tokens[from - 1]!.value !== mark;
  return length < 9 && rest.every((group) => group.digits.length === 3 || areCents(group));
};

const CURRENCY_LENGTH_MAX = 7;

const isPriced = ({ tokens }: Reading, first: Group, last: Group): boolean =>
  isMark(tokens[first.from - 1], "$") ||
  isMark(tokens[last.to], "$") ||
  isMark(tokens[last.to], "%") ||
  (last.from > first.from && isUnit(tokens[last.to]));

/** Somebody who writes a currency sign before a telephone number does not make it a price. */
const isAmount = (reading: Reading, chain: readonly Group[]): boolean => {
  const length = chain.reduce((sum, { digits }) => sum + digits.length, 0);
  return length <= CURRENCY_LENGTH_MAX || (chain.length > 1 && isGrouped(reading, chain));
};

const LABELLED_LENGTH_MAX = 4;

/** "flat 7", "5 minutes". */
const kindOfCounted = (reading: Reading, groups: readonly Group[], at: number): EverydayKind | null => {
  const { tokens } = reading;
  const group = groups[at]!;
  if (group.digits.length > LABELLED_LENGTH_MAX) return null;
  const isFirst = group.join !== JOIN.tight;
  if (isFirst && isLabelled(tokens, group) && !startsNumber(reading, groups, at)) return "counted";
  if (!isUnit(tokens[group.to])) return null;
  if (firstOfAmount(reading, groups, at) < at) return "amount";
  return isFirst ? "counted" : null;
};

const NUMBER_LENGTH_MIN = 7;

/** "my no 07 700 900…": more digits follow at once. */
const startsNumber = (reading: Reading, groups: readonly Group[], at: number): boolean => {
  let length = groups[at]!.digits.length;
  for (let next = at + 1; groups[next]?.join === JOIN.tight && length < NUMBER_LENGTH_MIN; next += 1) {
    reading.steps += 1;
    length += groups[next]!.digits.length;
  }
  return length >= NUMBER_LENGTH_MIN;
};

const isLabelled = (tokens: readonly Token[], { from }: Group): boolean => {
  const before = tokens[from - 1];
  const word = before?.kind === "mark" ? tokens[from - 2] : before;
  if (isMark(before, "#")) return true;
  return hasRole(word, ROLE.label) && (before === word || ".:".includes(before!.value));
};

/** A unit of one letter is read as such only where it touches the number, which the groups take for a code already. */
const isUnit = (token: Token | undefined): boolean =>
  token !== undefined && token.gap <= GAP.space && token.value.length > 1 && hasRole(token, ROLE.unit);

/** In "1 200 euros" the amount begins a group before. */
const firstOfAmount = (reading: Reading, groups: readonly Group[], at: number): number => {
  const [before, group] = [groups[at - 1], groups[at]!];
  const isThousands =
    before !== undefined &&
    group.join === JOIN.tight &&
    before.join !== JOIN.tight &&
    before.to === group.from &&
    group.digits.length === 3 &&
    before.digits.length <= 3 &&
    before.digits[0] !== "0";
  reading.steps += 1;
  return isThousands ? at - 1 : at;
};

/** After the first four characters of an account number, as in "DE89 3704 0044 0532", the blocks of four belong to it. */
const markCodes = (groups: readonly Group[], everyday: (EverydayKind | null)[]): void => {
  for (let at = 0; at < groups.length; at += 1) {
    if (!groups[at]!.afterCode || groups[at]!.digits.length !== 4 || groups[at + 1]?.digits.length !== 4)
      continue;
    everyday[at] = "account";
    while (groups[at + 1]?.join === JOIN.tight) {
      at += 1;
      everyday[at] = "account";
    }
  }
};

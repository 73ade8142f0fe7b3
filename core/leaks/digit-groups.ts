import type { NumberWord } from "#core/leaks/words/roles.ts";
import { ROLE } from "#core/leaks/words/roles.ts";
import { JOIN, joinOf } from "./digit-joins.ts";
import { lettersAsDigits, standsForDigits } from "./letters-as-digits.ts";
import { compoundOf } from "./lexicon.ts";
import { digitsOfWords, type SpelledItem, type SpellingMode } from "./number-words.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";

/** Digits that are written together, or that one number word stands for. */
export interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  readonly source: number;
  /** Its tokens; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly spelled: boolean;
  readonly join: number;
  /** A letter and digit code stands right before it. */
  readonly afterCode: boolean;
}

const ROW_MAX = 60;

/**
 * All that can be read as digits, in order. Codes of letters and digits are left out, or, with `inCodes`, their digits are
 * groups of their own.
 */
export const digitGroups = (reading: Reading, mode: SpellingMode, inCodes = false): readonly Group[] => {
  const { tokens } = reading;
  const groups: Group[] = [];
  let codeEnd = -1;
  const push = (digits: string, from: number, to: number, spelled: boolean): void => {
    const before = groups.at(-1);
    const [first, last] = [tokens[from]!, tokens[to - 1]!];
    const join = before === undefined ? JOIN.broken : joinOf(reading, before.to, from);
    const { start, source } = first;
    groups.push({
      digits,
      start,
      end: last.end,
      source,
      from,
      to,
      spelled,
      join,
      afterCode: codeEnd === from,
    });
  };
  for (let at = 0; at < tokens.length; ) {
    reading.steps += 1;
    const token = tokens[at]!;
    if (token.kind === "mark") {
      at += 1;
      continue;
    }
    const end = clumpEnd(tokens, at);
    if (end > at + 1) {
      const digits = digitsOfClump(tokens, at, end);
      if (digits === null) {
        codeEnd = end;
        if (inCodes)
          for (let each = at; each < end; each += 1)
            if (tokens[each]!.kind === "digits") push(tokens[each]!.value, each, each + 1, false);
      } else push(digits, at, end, false);
      at = end;
    } else if (token.kind === "digits") {
      push(token.value, at, end, false);
      at = end;
    } else {
      const row = rowFrom(reading, at);
      if (row !== null) {
        pushRow(row, mode, tokens, push);
        at = row.end;
      } else {
        if (standsForDigits(reading, at)) push(lettersAsDigits(token.value)!, at, end, false);
        at = end;
      }
    }
  }
  return groups;
};

/** Letters and digits without anything between them. */
const clumpEnd = (tokens: readonly Token[], from: number): number => {
  let end = from + 1;
  while (end < tokens.length && tokens[end]!.kind !== "mark" && tokens[end]!.gap === GAP.none) end += 1;
  return end;
};

/** "07seven00", "O77OO"; null for a code such as "AB12". */
const digitsOfClump = (tokens: readonly Token[], from: number, end: number): string | null => {
  const inClump = (at: number): boolean => at >= from && at < end;
  const last = tokens[end - 1]!;
  if (end === from + 2 && hasRole(last, ROLE.unit)) return null;
  let digits = "";
  for (let at = from; at < end; at += 1) {
    const { kind, value } = tokens[at]!;
    if (kind === "digits") {
      digits += value;
      continue;
    }
    const items = itemsOf(tokens[at]!);
    const isInside = inClump(at - 1) && inClump(at + 1);
    const spelled =
      items === null
        ? lettersAsDigits(value, isInside)
        : digitsOfWords(items, "composed")
            .map((each) => each.digits)
            .join("");
    if (spelled === null) return null;
    digits += spelled;
  }
  return digits;
};

interface Row {
  readonly items: readonly SpelledItem[];
  /** The token of each item. */
  readonly places: readonly number[];
  readonly end: number;
}

const FRENCH = new Map<string, "vingt" | "dix">([
  ["vingt", "vingt"],
  ["vingts", "vingt"],
  ["dix", "dix"],
]);

const itemsOf = ({ entry, value }: Token): readonly SpelledItem[] | null => {
  const words: readonly NumberWord[] | null = entry.number !== null ? [entry.number] : compoundOf(value);
  if (words === null) return null;
  const french = FRENCH.get(value) ?? null;
  return words.map((word, at) => ({ word, french, glued: at > 0 }));
};

/** "dreimal die neun", "twice the five". */
const ARTICLES = new Set(["die", "the", "el", "la", "le"]);

/** A row of number words with nothing but spaces or hyphens between them. */
const rowFrom = (reading: Reading, first: number): Row | null => {
  const { tokens } = reading;
  const items: SpelledItem[] = [];
  const places: number[] = [];
  let end = first;
  let numberEnd = first;
  let count = 0;
  while (items.length < ROW_MAX) {
    const token = tokens[end];
    if (token?.kind !== "word" || clumpEnd(tokens, end) > end + 1) break;
    if (token.value === "o" && !isZeroLetter(tokens, end)) break;
    const found = itemsOf(token);
    if (found === null) {
      if (items.at(-1)?.word.kind !== "repeat" || !ARTICLES.has(token.value)) break;
      end += 1;
      continue;
    }
    reading.steps += found.length;
    for (const item of found) {
      items.push(item);
      places.push(end);
    }
    end += 1;
    if (found.at(-1)!.word.kind !== "and") {
      numberEnd = end;
      count = items.length;
    }
    const hyphen = tokens[end];
    if (hyphen?.kind === "mark" && hyphen.value === "-" && hyphen.gap === GAP.none) {
      if (tokens[end + 1]?.gap !== GAP.none) break;
      end += 1;
    } else if (hyphen === undefined || hyphen.gap > GAP.space) break;
  }
  if (count === 0) return null;
  return { items: items.slice(0, count), places: places.slice(0, count), end: numberEnd };
};

/** A lone "o" is a zero beside a digit or a number word, and else an article. */
const isZeroLetter = (tokens: readonly Token[], at: number): boolean =>
  isDigitLike(tokens[at - 1]) || isDigitLike(tokens[at + 1]);

const isDigitLike = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === "digits" ? token.value.length <= 2 : (token.entry.number?.kind ?? "and") !== "and");

type Push = (digits: string, from: number, to: number, spelled: boolean) => void;

const pushRow = (
  { items, places, end }: Row,
  mode: SpellingMode,
  tokens: readonly Token[],
  push: Push,
): void => {
  for (const { digits, from, to } of digitsOfWords(items, mode))
    push(digits, places[from]!, (places[to - 1] ?? end - 1) + 1, true);
  // "double 7": the last word speaks about the digits that follow.
  const last = items.at(-1)!.word;
  if (last.kind !== "repeat") return;
  const isHyphen = isMark(tokens[end], "-") && tokens[end]!.gap === GAP.none;
  const next = tokens[isHyphen ? end + 1 : end];
  if (next?.kind === "digits" && next.gap <= GAP.space)
    push(next.value[0]!.repeat(last.value - 1), end - 1, end, true);
};

import type { NumberWord } from "#core/leaks/words/roles.ts";

/** A number word in a row of them. */
export interface SpelledItem {
  readonly word: NumberWord;
  /** French words that count on: "quatre vingt" is 80, "dix sept" 17. */
  readonly french: "vingt" | "dix" | null;
  /** It stands in the same written word as the item before. */
  readonly glued: boolean;
}

/** Digits that some items of the row stand for; `to` is exclusive. */
export interface SpelledDigits {
  readonly digits: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Whether "twenty five" is 25 (`composed`) or 20 and 5 (`apart`). Who dictates a number means the one or the other; what is
 * written in one word, or with "and", is composed in both.
 */
export type SpellingMode = "composed" | "apart";

/** The digits that a row of number words stands for, in order. */
export const digitsOfWords = (
  items: readonly SpelledItem[],
  mode: SpellingMode,
): readonly SpelledDigits[] => {
  const found: SpelledDigits[] = [];
  for (let at = 0; at < items.length; ) {
    const { kind, value } = items[at]!.word;
    if (kind === "and") {
      at += 1;
      continue;
    }
    if (kind === "repeat") {
      const next = items[at + 1];
      if (next !== undefined && next.word.kind !== "repeat" && next.word.kind !== "and") {
        found.push({ digits: String(next.word.value).repeat(value), from: at, to: at + 2 });
        at += 2;
      } else at += 1;
      continue;
    }
    const { total, to } = thousandsFrom(items, at, mode);
    found.push({ digits: String(total), from: at, to });
    at = to;
  }
  return found;
};

interface Sum {
  readonly total: number;
  readonly to: number;
}

const thousandsFrom = (items: readonly SpelledItem[], at: number, mode: SpellingMode): Sum => {
  const head = items[at]!.word.kind === "thousand" ? { total: 1, to: at } : hundredsFrom(items, at, mode);
  const next = items[head.to];
  if (next?.word.kind !== "thousand" || head.total === 0) return head;
  return { total: head.total * 1000, to: head.to + 1 };
};

const hundredsFrom = (items: readonly SpelledItem[], at: number, mode: SpellingMode): Sum => {
  const head = headOfHundreds(items, at, mode);
  if (head.total < 100 || head.total % 100 !== 0) return head;
  const joins = items[head.to]?.word.kind === "and";
  const from = joins ? head.to + 1 : head.to;
  const first = items[from];
  if (first === undefined) return head;
  const { kind, value } = first.word;
  const isUnit = kind === "unit";
  if ((!isUnit && kind !== "teen" && kind !== "tens") || (isUnit && value === 0)) return head;
  const isOneNumber = joins || first.glued;
  if (mode === "apart" && !isOneNumber) return head;
  const rest = belowHundredFrom(items, from, mode);
  // "nine hundred one two three" goes on digit by digit, "nine hundred one" does not.
  const after = items[rest.to];
  if (isUnit && !isOneNumber && rest.to === from + 1 && after?.word.kind === "unit") return head;
  return { total: head.total + rest.total, to: rest.to };
};

const headOfHundreds = (items: readonly SpelledItem[], at: number, mode: SpellingMode): Sum => {
  const { kind, value } = items[at]!.word;
  if (kind === "hundred" || kind === "hundreds") return { total: value, to: at + 1 };
  const low = belowHundredFrom(items, at, mode);
  const next = items[low.to];
  if (next?.word.kind !== "hundred" || low.total === 0) return low;
  return { total: low.total * 100, to: low.to + 1 };
};

const belowHundredFrom = (items: readonly SpelledItem[], at: number, mode: SpellingMode): Sum => {
  const { kind, value } = items[at]!.word;
  const joins = items[at + 1]?.word.kind === "and";
  const next = items[joins ? at + 2 : at + 1];
  if (next === undefined) return { total: value, to: at + 1 };
  const after = joins ? at + 3 : at + 2;
  const isOneNumber = joins || next.glued;
  if (kind === "tens") {
    if (mode === "apart" && !isOneNumber) return { total: value, to: at + 1 };
    if (isDigit(next)) return { total: value + next.word.value, to: after };
    if ((value === 60 || value === 80) && isBelowTwenty(next)) return plus(value, teenFrom(items, after - 1));
  }
  if (kind === "teen")
    return mode === "apart" && !next.glued ? { total: value, to: at + 1 } : teenFrom(items, at);
  if (kind === "unit" && value > 0) {
    if (joins && next.word.kind === "tens") return { total: value + next.word.value, to: after };
    if (value === 4 && next.french === "vingt" && !joins) return eightiesFrom(items, at + 2);
  }
  return { total: value, to: at + 1 };
};

const eightiesFrom = (items: readonly SpelledItem[], at: number): Sum => {
  const next = items[at];
  if (next === undefined) return { total: 80, to: at };
  if (isDigit(next)) return { total: 80 + next.word.value, to: at + 1 };
  return isBelowTwenty(next) ? plus(80, teenFrom(items, at)) : { total: 80, to: at };
};

/** 10 to 19; French has no words of its own from 17 on. */
const teenFrom = (items: readonly SpelledItem[], at: number): Sum => {
  const { word, french } = items[at]!;
  const next = items[at + 1];
  if (french === "dix" && next !== undefined && isDigit(next) && next.word.value >= 7)
    return { total: 10 + next.word.value, to: at + 2 };
  return { total: word.value, to: at + 1 };
};

const plus = (value: number, { total, to }: Sum): Sum => ({ total: value + total, to });

const isDigit = ({ word }: SpelledItem): boolean => word.kind === "unit" && word.value > 0;

const isBelowTwenty = ({ word }: SpelledItem): boolean => word.kind === "teen" && word.value < 20;

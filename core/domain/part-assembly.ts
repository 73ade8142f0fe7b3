import type { TextPart } from "./concatenation.ts";

/** A part of a long text when it has reached us. */
export interface ArrivedPart extends TextPart {
  /** Parts that the whole text has. */
  readonly total: number;
  /** Milliseconds of Unix time. */
  readonly receivedAt: number;
  /** Its text has gone on, with it. */
  readonly isJoined: boolean;
}

/** What belongs to one text; a part that was repeated is in it more than once. */
export interface PartialText<P extends ArrivedPart> {
  /** In the order of arrival, but the part first from which the time of the text counts. */
  readonly parts: readonly P[];
  /** Nothing is missing, and nothing in it may be of another text: it need not wait. */
  readonly isComplete: boolean;
  /** Nothing is missing, but a part may be the repeated one of another text. */
  readonly isUncertain: boolean;
  /** It says nothing but what has been joined shortly before. */
  readonly isRepetition: boolean;
}

/**
 * What comes this long after the first part of a text, or later, belongs to another text: five minutes. Handsets send the parts of a
 * text within seconds; and some use the same reference for every long text, so that a reference alone says little after a while.
 */
export const PARTS_TIMEOUT_MS = 5 * 60_000;

/**
 * How long after its last part a text that would be whole waits, when one of its parts may be the repeated one of another text: the words
 * that belong in its place come within seconds, if they come.
 */
export const UNCERTAIN_PART_MS = 15_000;

/** Whether a text goes on as it is at `now`, with whatever is missing. */
export const isRipe = (text: PartialText<ArrivedPart>, withinMs: number, now: number): boolean =>
  text.isComplete ||
  text.parts[0]!.receivedAt < now - withinMs ||
  (text.isUncertain && text.parts.every(({ receivedAt }) => receivedAt < now - UNCERTAIN_PART_MS));

/** Texts of one pair, reference and total that may wait for more parts at the same time. */
export const PARTIAL_TEXTS_MAX = 16;

/**
 * Sorts the parts of one pair, reference and total into the texts that wait; `parts` in the order of arrival, those included that have
 * been joined lately. References are small and come again (3GPP TS 23.040 §9.2.3.24.1: an octet; some handsets begin at 0 after each
 * start, some never count), so a text is told by its words as well:
 * - A part that is there already with the same words has been repeated, whatever the carrier calls it.
 * - An index that is there already with other words begins a new text, and so does a part that comes `withinMs` after the first one.
 * - Any other part goes to the latest text that lacks it, to one of parts that are new as it is, if there is one.
 * - What equals a part that was joined less than `withinMs` before is most likely that part, repeated. It yields its place to other
 *   words, and a text that it completes with parts that are new waits for them for a while.
 * Each part that is not joined is in exactly one text.
 */
export const assembleParts = <P extends ArrivedPart>(
  parts: readonly P[],
  withinMs: number,
): readonly PartialText<P>[] => {
  const texts: OpenText<P>[] = [];
  parts.forEach((part, at) => {
    if (part.isJoined) return;
    // breakage: repetition-is-new
    const equalAt = parts.findLastIndex((each) => isEcho(part, each, withinMs));
    const isRepeated = equalAt >= 0;
    // What was relayed before is part of a later text at most.
    const text = textFor(
      part,
      isRepeated,
      texts.filter(({ since }) => since > equalAt),
      withinMs,
    );
    if (text) texts.push(...add(text, part, isRepeated));
    else texts.push({ since: at, parts: [part], placed: new Map([[part.index, { part, isRepeated }]]) });
  });
  return texts.flatMap((text) => resultsOf(text, withinMs));
};

interface OpenText<P> {
  /** Where its first part stands in the order of arrival. */
  readonly since: number;
  parts: P[];
  /** What stands in each place. */
  readonly placed: Map<number, { readonly part: P; readonly isRepeated: boolean }>;
}

const isSame = (a: ArrivedPart, b: ArrivedPart): boolean => a.index === b.index && a.text === b.text;

const isNear = (a: ArrivedPart, b: ArrivedPart, withinMs: number): boolean =>
  // breakage: join-minutes-apart
  Math.abs(a.receivedAt - b.receivedAt) < withinMs;

/** Whether a part repeats one that was joined. */
const isEcho = (part: ArrivedPart, joined: ArrivedPart, withinMs: number): boolean =>
  joined.isJoined && isSame(joined, part) && isNear(joined, part, withinMs);

/** The text that a part belongs to; null when it begins a new one. */
const textFor = <P extends ArrivedPart>(
  part: P,
  isRepeated: boolean,
  texts: readonly OpenText<P>[],
  withinMs: number,
): OpenText<P> | null => {
  const near = texts.filter((text) => isNear(part, firstOf(text), withinMs));
  // breakage: repetition-begins-a-text
  const equal = near.findLast(({ parts }) => parts.some((each) => isSame(each, part)));
  if (equal) return equal;
  const hasRoom = ({ placed }: OpenText<P>): boolean => {
    const there = placed.get(part.index);
    // breakage: mix-texts-of-one-reference
    return there === undefined || (there.isRepeated && !isRepeated);
  };
  const isAlike = ({ placed }: OpenText<P>): boolean =>
    placed.values().some((each) => each.isRepeated === isRepeated);
  return near.findLast((text) => hasRoom(text) && isAlike(text)) ?? near.findLast(hasRoom) ?? null;
};

/** Adds a part to a text; answers the text of the repeated part that has to yield its place, if one has. */
const add = <P extends ArrivedPart>(
  text: OpenText<P>,
  part: P,
  isRepeated: boolean,
): readonly OpenText<P>[] => {
  const there = text.placed.get(part.index);
  text.parts.push(part);
  if (there && (isSame(there.part, part) || !there.isRepeated)) return [];
  text.placed.set(part.index, { part, isRepeated });
  if (!there) return [];
  const yielding = text.parts.filter((each) => isSame(each, there.part));
  text.parts = text.parts.filter((each) => !yielding.includes(each));
  return [{ since: text.since, parts: yielding, placed: new Map([[there.part.index, there]]) }];
};

/** The part from which the time of a text counts: the first one that is new, if one is. */
const firstOf = <P extends ArrivedPart>({ parts, placed }: OpenText<P>): P =>
  parts.find((part) => placed.get(part.index)?.isRepeated === false) ?? parts[0]!;

/** A text with a gap is not said to have what was most likely repeated: that stays a text of its own. */
const resultsOf = <P extends ArrivedPart>(text: OpenText<P>, withinMs: number): readonly PartialText<P>[] => {
  const first = firstOf(text);
  // What was repeated before the first new part came may be too far from it.
  const parts = text.parts.filter((part) => isNear(part, first, withinMs));
  const isFull = new Set(parts.map(({ index }) => index)).size === first.total;
  const isRepeated = (part: P): boolean => text.placed.get(part.index)!.isRepeated;
  const isMixed = parts.some(isRepeated) && !isRepeated(first);
  const isOne = isFull || !isMixed;
  const own = isOne ? parts : parts.filter((part) => !isRepeated(part));
  return [
    {
      parts: [first, ...own.filter((part) => part !== first)],
      isComplete: isFull && !isMixed,
      isUncertain: isFull && isMixed,
      isRepetition: !isFull && isRepeated(first),
    },
    ...repetitionsOf(
      text.parts.filter((part) => !own.includes(part)),
      withinMs,
    ),
  ];
};

/** Texts of nothing but repeated parts, none of them longer than `withinMs`. */
const repetitionsOf = <P extends ArrivedPart>(
  parts: readonly P[],
  withinMs: number,
): readonly PartialText<P>[] => {
  const [first] = parts;
  if (!first) return [];
  const near = parts.filter((part) => isNear(part, first, withinMs));
  const far = parts.filter((part) => !near.includes(part));
  const repetition = { parts: near, isComplete: false, isUncertain: false, isRepetition: true };
  return [repetition, ...repetitionsOf(far, withinMs)];
};

import type { TextPart } from "./concatenation.ts";

/** A part of a long text when it has reached us. */
export interface ArrivedPart extends TextPart {
  /** Parts that the whole text has. */
  readonly total: number;
  /** Milliseconds of Unix time. */
  readonly receivedAt: number;
}

/** What belongs to one text, in the order of arrival; a part that was repeated is in it more than once. */
export interface PartialText<P extends ArrivedPart> {
  readonly parts: readonly P[];
  readonly isComplete: boolean;
}

/**
 * What comes this long after the first part of a text, or later, belongs to another text: five minutes. Handsets send the parts of a
 * text within seconds; and some use the same reference for every long text, so that a reference alone says little after a while.
 */
export const PARTS_TIMEOUT_MS = 5 * 60_000;

/** Texts of one pair, reference and total that may wait for more parts at the same time. */
export const PARTIAL_TEXTS_MAX = 16;

/**
 * Sorts parts of the same pair, reference and total into texts; `parts` in the order of arrival. References are small and come again
 * (3GPP TS 23.040 §9.2.3.24.1: an octet; some handsets begin at 0 after each start, some never count), so a text is told by its words as
 * well:
 * - A part that is there already with the same words has been repeated, whatever the carrier calls it.
 * - An index that is there already with other words begins a new text, and so does a part that comes `withinMs` after the first one.
 * - Any other part goes to the latest text that lacks it.
 * Each part is in exactly one text.
 */
export const assembleParts = <P extends ArrivedPart>(
  parts: readonly P[],
  withinMs: number,
): readonly PartialText<P>[] => {
  const texts: OpenText<P>[] = [];
  for (const part of parts) {
    const text = textFor(part, texts, withinMs);
    if (text) addTo(text, part);
    else texts.push({ parts: [part], textByIndex: new Map([[part.index, part.text]]) });
  }
  return texts.map((text) => ({ parts: text.parts, isComplete: isWhole(text) }));
};

interface OpenText<P> {
  readonly parts: P[];
  readonly textByIndex: Map<number, string>;
}

/** The text that a part belongs to; null when it begins a new one. */
const textFor = <P extends ArrivedPart>(
  part: P,
  texts: readonly OpenText<P>[],
  withinMs: number,
): OpenText<P> | null => {
  // breakage: join-minutes-apart
  const near = texts.filter(({ parts }) => Math.abs(part.receivedAt - parts[0]!.receivedAt) < withinMs);
  // breakage: repetition-is-new
  const repeated = near.findLast(({ textByIndex }) => textByIndex.get(part.index) === part.text);
  if (repeated) return repeated;
  // breakage: mix-texts-of-one-reference
  return near.findLast(({ textByIndex }) => !textByIndex.has(part.index)) ?? null;
};

const addTo = <P extends ArrivedPart>(text: OpenText<P>, part: P): void => {
  text.parts.push(part);
  if (!text.textByIndex.has(part.index)) text.textByIndex.set(part.index, part.text);
};

const isWhole = <P extends ArrivedPart>({ parts, textByIndex }: OpenText<P>): boolean =>
  textByIndex.size === parts[0]!.total;

/** A part with what has become of an equal one: of the same pair, reference, total, index and words. */
export interface ComparedPart extends ArrivedPart {
  /** When the latest equal part that has been joined was received; null: none has. */
  readonly joinedAt: number | null;
}

/** Whether a text that stays incomplete says nothing new: all of its parts repeat what was relayed shortly before. */
export const isRepetition = ({ parts, isComplete }: PartialText<ComparedPart>, withinMs: number): boolean =>
  !isComplete &&
  parts.every(({ receivedAt, joinedAt }) => joinedAt !== null && Math.abs(receivedAt - joinedAt) < withinMs);

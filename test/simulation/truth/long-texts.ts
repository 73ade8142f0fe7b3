import { MISSING_MARK } from "#core/domain/concatenation.ts";
import { UNCERTAIN_PART_MS } from "#core/domain/part-assembly.ts";
import type { InboundOutcome, InboundWrite } from "#core/ports/traffic.ts";
import type { TypedText } from "#test/simulation/people/typed-text.ts";
import { Broken } from "./broken.ts";

/**
 * What became of the parts of long texts, told by their words: handsets use a reference again, lose parts, and the carrier brings some
 * twice. Words of two texts may stand in one only where nobody could know better.
 */
export interface LongTexts {
  typed(text: TypedText): void;
  /** A part has been stored, or was found to be known. */
  stored(write: InboundWrite, outcome: InboundOutcome): void;
  /** A text has been made of parts. */
  joined(write: InboundWrite): void;
  /** `part` counts from 0. */
  isStored(text: TypedText, part: number): boolean;
  finalCheck(text: TypedText): void;
}

export interface LongTextsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly partsTimeoutMs: number;
  /** How often a text was brought to somebody who could not know of the last time. */
  readonly readdressed: (text: TypedText) => number;
}

interface Place {
  readonly text: TypedText;
  /** From 1. */
  readonly index: number;
}

/** A part as it stands in storage. */
interface Copy extends Place {
  /** Pair, reference and total. */
  readonly set: string;
  /** In the order of the commits. */
  readonly order: number;
  readonly receivedAt: number;
  /** When it was received in deliveries that were found to be known; what is decided on may be one of them. */
  readonly againAt: number[];
  /** When it was committed: a lost store may take it long after it came. */
  readonly storedAt: number;
  isJoined: boolean;
  joinedAt: number;
}

/** What was joined this shortly before may not have been seen: a slow store takes three seconds to answer. */
const UNSEEN_MS = 3_500;

export const createLongTexts = (options: LongTextsOptions): LongTexts => {
  const { now, epoch, skewMaxMs, partsTimeoutMs, readdressed } = options;
  const places = new Map<string, Place>();
  const byKey = new Map<string, Copy>();
  const copies: Copy[] = [];
  const whole = new Map<TypedText, number>();

  const placeKey = (from: string, to: string, index: number, words: string): string =>
    `${from}>${to}/${index}:${words}`;
  const isSame = (a: Place, b: Place): boolean => a.text === b.text && a.index === b.index;
  const copiesOf = (text: TypedText): readonly Copy[] => copies.filter((copy) => copy.text === text);
  /** When it first came: of two deliveries of a part either may be written first, and each process goes by its own. */
  const cameAt = ({ receivedAt, againAt }: Copy): number => Math.min(receivedAt, ...againAt);
  const ageOf = (pieces: readonly Copy[]): number => now() - Math.min(...pieces.map(cameAt));
  const youngestAgeOf = (pieces: readonly Copy[]): number => now() - Math.max(...pieces.map(cameAt));

  const isNear = (a: Copy, b: Copy): boolean =>
    [a.receivedAt, ...a.againAt].some((at) =>
      [b.receivedAt, ...b.againAt].some((other) => Math.abs(at - other) < partsTimeoutMs),
    );

  const areTogether = (some: readonly Copy[]): boolean => {
    const times = some.map(({ receivedAt }) => receivedAt);
    return Math.max(...times) - Math.min(...times) < partsTimeoutMs;
  };

  /** Copies of the same part that had been joined shortly before this one came, and for `longMs` by now. */
  const isEcho = (copy: Copy, pieces: readonly Copy[], longMs = 0): boolean =>
    copies.some(
      (other) =>
        other.isJoined &&
        other.joinedAt + longMs <= now() &&
        !pieces.includes(other) &&
        isSame(other, copy) &&
        other.set === copy.set &&
        Math.abs(other.receivedAt - copy.receivedAt) < partsTimeoutMs,
    );

  /** The one other text of this reference around then, if all of it was stored before; null: none; undefined: it is not that simple. */
  const textBefore = (text: TypedText, own: readonly Copy[]): TypedText | null | undefined => {
    const { set, order: first } = own[0]!;
    const since = Math.min(...own.map(({ receivedAt }) => receivedAt)) - 2 * partsTimeoutMs;
    const until = Math.max(...own.map(({ receivedAt }) => receivedAt)) + 2 * partsTimeoutMs;
    const others = copies.filter(
      (copy) =>
        copy.text !== text && copy.set === set && copy.receivedAt >= since && copy.receivedAt <= until,
    );
    const [other, ...more] = new Set(others.map((copy) => copy.text));
    if (other === undefined) return null;
    const isBefore = more.length === 0 && others.every(({ order }) => order < first);
    return isBefore ? other : undefined;
  };

  /** Whether it can be known which text every part of this one belongs to. */
  const isClear = (text: TypedText, own: readonly Copy[]): boolean => {
    const before = textBefore(text, own);
    if (before === null) return true;
    if (before === undefined) return false;
    // Two processes that take parts at the same time do not see each other's.
    const [first, ...rest] = own;
    if (rest.some(({ receivedAt }) => receivedAt - skewMaxMs < first!.storedAt)) return false;
    const others = copiesOf(before);
    // What came late begins a text of its own.
    if (!areTogether(others) || !areTogether(own)) return false;
    if (others.some(({ storedAt }) => first!.receivedAt - skewMaxMs < storedAt)) return false;
    const indexes = new Set(others.map(({ index }) => index));
    // An index that is there already begins another text, and a text that was whole is gone.
    return indexes.has(own[0]!.index) || indexes.size === before.parts.length;
  };

  const mustNotMix = (pieces: readonly Copy[]): void => {
    const texts = new Set(pieces.map(({ text }) => text));
    if (texts.size === 1) return;
    for (const text of texts) {
      const own = copiesOf(text).filter(({ set }) => set === pieces[0]!.set);
      // The words that belong in the place of a repeated part may have waited too long for a slow store.
      const isAwaited = new Set(own.map(({ index }) => index)).size < text.parts.length;
      const isLate = isAwaited && youngestAgeOf(pieces) >= UNCERTAIN_PART_MS - 2 * skewMaxMs;
      if (text.lost === null && !isLate && isClear(text, own))
        throw new Broken("as typed", "parts of different texts were joined");
    }
    const echoes = pieces.filter((piece) => isEcho(piece, pieces));
    // Of those that were joined a moment ago nobody may have known.
    const areKnown = echoes.some((piece) => isEcho(piece, pieces, UNSEEN_MS));
    if (!areKnown || echoes.length === pieces.length) return;
    const isOld = ageOf(pieces.filter((piece) => !echoes.includes(piece))) >= partsTimeoutMs - 2 * skewMaxMs;
    if (!isOld && youngestAgeOf(pieces) < UNCERTAIN_PART_MS - 2 * skewMaxMs)
      throw new Broken("as typed", "a part that was repeated was taken for one of another text");
  };

  /** All of a text again is the same text, said again. */
  const mustBeNew = (pieces: readonly Copy[]): void => {
    const isWhole = new Set(pieces.map(({ index }) => index)).size === pieces[0]!.text.parts.length;
    // Two processes that join at the same time do not see each other's.
    const isAgain = pieces.every((piece) => isEcho(piece, pieces, UNSEEN_MS));
    if (isAgain && !isWhole && pieces.every(({ text }) => readdressed(text) === 0))
      throw new Broken("once", "a part that was repeated was relayed once more");
  };

  return {
    typed: (text) => {
      if (text.parts.length === 1) return;
      text.parts.forEach((words, i) => {
        places.set(placeKey(text.from, text.to, i + 1, words), { text, index: i + 1 });
      });
    },
    stored: ({ inbound }, outcome) => {
      const { index, reference, total } = inbound.part!;
      const place = places.get(placeKey(inbound.from, inbound.to, index, inbound.text));
      if (place?.text.parts.length !== total)
        throw new Broken("as typed", "a part was stored that nobody typed");
      if (outcome === "duplicate") {
        if (!copies.some((copy) => isSame(copy, place)))
          throw new Broken("nothing lost", "a part that is new was called known");
        byKey.get(inbound.key)?.againAt.push(inbound.receivedAt - epoch);
        return;
      }
      const copy: Copy = {
        ...place,
        set: `${inbound.from}>${inbound.to}#${reference}/${total}`,
        order: copies.length,
        receivedAt: inbound.receivedAt - epoch,
        againAt: [],
        storedAt: now(),
        isJoined: false,
        joinedAt: Number.POSITIVE_INFINITY,
      };
      copies.push(copy);
      byKey.set(inbound.key, copy);
    },
    joined: ({ inbound, joins }) => {
      const pieces = joins.map((key) => byKey.get(key)!);
      const [first] = pieces;
      if (!first || pieces.some((piece) => piece?.set !== first.set))
        throw new Broken("as typed", "parts of different references were joined");
      const wordsByIndex = new Map<number, string>();
      for (const { text, index } of pieces) {
        const words = text.parts[index - 1]!;
        if ((wordsByIndex.get(index) ?? words) !== words)
          throw new Broken("as typed", "words of two texts were put in one place");
        wordsByIndex.set(index, words);
      }
      if (!pieces.every((piece) => isNear(piece, first)))
        throw new Broken("as typed", "parts that came long after one another were joined");
      mustNotMix(pieces);
      mustBeNew(pieces);
      if (inbound.text !== wordsOf(wordsByIndex, first.text.parts.length))
        throw new Broken("as typed", "joined parts are not what was typed");
      if (wordsByIndex.size === first.text.parts.length) {
        if (inbound.text === first.text.words) whole.set(first.text, (whole.get(first.text) ?? 0) + 1);
      } else if (ageOf(pieces) < partsTimeoutMs - 2 * skewMaxMs) {
        throw new Broken("nothing lost", "parts were joined although the others may still come");
      }
      if ((whole.get(first.text) ?? 0) > 1 + readdressed(first.text))
        throw new Broken("once", "a long text was joined twice");
      for (const piece of pieces) {
        if (!piece.isJoined) piece.joinedAt = now();
        piece.isJoined = true;
      }
    },
    isStored: (text, part) => copies.some((copy) => isSame(copy, { text, index: part + 1 })),
    finalCheck: (text) => {
      const own = copiesOf(text);
      for (const copy of own) {
        if (!own.some((each) => each.isJoined && isSame(each, copy)))
          throw new Broken("nothing lost", `a part of text ${text.id} was taken and forgotten`);
      }
      if (text.lost !== null || own.length === 0) return;
      const since = Math.min(...own.map(({ receivedAt }) => receivedAt));
      const isInTime = own.every(({ storedAt }) => storedAt - since < partsTimeoutMs - 2 * skewMaxMs);
      if (isInTime && isClear(text, own) && !whole.has(text))
        throw new Broken("as typed", `text ${text.id} came whole and was not relayed whole`);
    },
  };
};

/** What a text of these parts reads like. */
const wordsOf = (wordsByIndex: ReadonlyMap<number, string>, total: number): string => {
  let words = "";
  for (let index = 1; index <= total; index += 1) {
    const isFirstGap = index === 1 || wordsByIndex.has(index - 1);
    words += wordsByIndex.get(index) ?? (isFirstGap ? MISSING_MARK : "");
  }
  return words;
};

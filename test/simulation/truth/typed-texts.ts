import type { InboundOutcome, InboundWrite } from "#core/ports/traffic.ts";
import type { Sending, TypedText } from "#test/simulation/people/typed-text.ts";
import { Broken } from "./broken.ts";
import { createLongTexts } from "./long-texts.ts";

/**
 * What became of every text that people typed: told by its words, never by a key, since the keys are what is on trial. Rules 4 and 5
 * on the way in.
 */
export interface TypedTexts {
  typed(text: TypedText): void;
  /** A write has been committed for the first time, or found to be a duplicate; `by` names the epoch of the process. */
  committed(write: InboundWrite, outcome: InboundOutcome, by: string): void;
  /** Our side tells the carrier that it has this. */
  acknowledged(sending: Sending): void;
  /** The carrier brings it to another process than before, or before we know that the connection is gone: memory is no help. */
  readdressed(sending: Sending, blindly: boolean): void;
  /** As {@link Parcel} says: a text of the same words may be taken for it, once. */
  unconfirmed(sending: Sending, read: boolean): void;
  /** The carrier was told that we have it, and the store has gone back to before: it is gone. */
  forgotten(sending: Sending): void;
  finalCheck(): void;
}

interface Book {
  readonly text: TypedText;
  readonly acknowledged: Set<number>;
  /** How often it was brought to somebody who could not know of the last time. */
  readdressed: number;
  /** Acknowledgements of which nobody on our side knows that the carrier has read them: those that it has, and those that it has not. */
  unconfirmed: { read: number; unread: number };
  /** Gateways that have said nothing since it was accepted: for all that the others know, one of them took it. */
  readonly silent: Set<string>;
  /** When the first of what was decided on as a whole was received. */
  acceptedAt: number | null;
  acceptedBy: string | null;
  /** When the carrier last had our word for it: of a redelivery, later than it was received. */
  acknowledgedAt: number | null;
  /** Another process had received an equal text in the same millisecond: nobody can tell the one from the other. */
  twin: boolean;
  /** How often it was decided on, if it is not a long one. */
  whole: number;
  /** The carrier has our word for all of it or a part, and a restore has taken that back. */
  isForgotten: boolean;
}

export interface TypedTextsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly partsTimeoutMs: number;
  /** Gateways that report no more: nobody knows what they have taken since, and whether the carrier knows of it. */
  readonly silent: () => readonly Silence[];
  /** Whether a write decides on what has been taken before, and has waited for a policy. */
  readonly hasWaited: (write: InboundWrite) => boolean;
}

/** What was accepted between the two instants may have been taken by this gateway. */
export interface Silence {
  readonly process: string;
  readonly since: number;
  readonly until: number;
}

export const createTypedTexts = ({
  now,
  epoch,
  skewMaxMs,
  partsTimeoutMs,
  silent,
  hasWaited,
}: TypedTextsOptions): TypedTexts => {
  const books: Book[] = [];
  const byWords = new Map<string, Book[]>();
  const longTexts = createLongTexts({
    ...{ now, epoch, skewMaxMs, partsTimeoutMs },
    readdressed: ({ id }) => books[id]!.readdressed,
  });

  const wordsKey = (from: string, to: string, words: string): string => `${from}>${to}:${words}`;
  const whole = ({ inbound }: InboundWrite, outcome: InboundOutcome, by: string): void => {
    const alike = byWords.get(wordsKey(inbound.from, inbound.to, inbound.text));
    if (!alike) throw new Broken("as typed", "a text was decided on that nobody typed");
    const times = alike.reduce((sum, book) => sum + book.whole, 0);
    if (outcome === "duplicate") {
      if (times === 0) throw new Broken("nothing lost", "a text that is new was called a duplicate");
      for (const book of alike)
        book.twin ||= book.acceptedAt === inbound.receivedAt - epoch && book.acceptedBy !== by;
      return;
    }
    const most = alike.reduce((sum, book) => sum + 1 + book.readdressed, 0);
    if (times >= most) throw new Broken("once", `a text was taken ${times + 1} times`);
    const book = alike.find((each) => each.whole < 1 + each.readdressed)!;
    book.whole += 1;
    book.acceptedAt ??= inbound.receivedAt - epoch;
    book.acceptedBy ??= by;
  };

  const judge = (book: Book): void => {
    const { text, acknowledged } = book;
    if (book.isForgotten) return;
    if (text.lost === null && acknowledged.size < text.parts.length)
      throw new Broken("nothing lost", "a text was never taken, although everything works again");
    if (text.parts.length > 1) {
      longTexts.finalCheck(text);
      return;
    }
    const alike = byWords.get(wordsKey(text.from, text.to, text.words))!;
    mustBeDecided(alike, text, (each) => each.unconfirmed.read);
  };

  /** Equal texts cannot be told apart: as many must have been decided on as were taken, but for one for each doubt. */
  const mustBeDecided = (
    alike: readonly Book[],
    { id }: TypedText,
    unconfirmedOf: (book: Book) => number,
  ): void => {
    const taken = alike.filter((each) => each.acknowledged.size > 0).length;
    const decided = alike.reduce((sum, each) => sum + each.whole, 0);
    const unconfirmed = alike.reduce(
      (sum, each) => sum + unconfirmedOf(each) + each.silent.size + (each.twin ? 1 : 0),
      0,
    );
    if (decided < Math.max(Math.min(1, taken), taken - unconfirmed))
      throw new Broken("nothing lost", `text ${id} was taken and forgotten`);
  };

  const alikeOf = ({ from, to, words }: TypedText): readonly Book[] =>
    byWords.get(wordsKey(from, to, words))!;
  const isStored = (text: TypedText, part: number): boolean =>
    text.parts.length > 1
      ? longTexts.isStored(text, part)
      : alikeOf(text).some(({ whole: times }) => times > 0);

  return {
    typed: (text) => {
      const book: Book = {
        text,
        acknowledged: new Set(),
        readdressed: 0,
        unconfirmed: { read: 0, unread: 0 },
        silent: new Set(),
        acceptedAt: null,
        acceptedBy: null,
        acknowledgedAt: null,
        twin: false,
        whole: 0,
        isForgotten: false,
      };
      books[text.id] = book;
      const key = wordsKey(text.from, text.to, text.words);
      byWords.set(key, [...(byWords.get(key) ?? []), book]);
      longTexts.typed(text);
    },
    committed: (write, outcome, by) => {
      if (hasWaited(write)) return;
      if (write.decision.kind === "wait") return longTexts.stored(write, outcome);
      if (write.joins.length === 0) return whole(write, outcome, by);
      if (outcome !== "duplicate") longTexts.joined(write);
    },
    acknowledged: ({ text, part }) => {
      const book = books[text.id]!;
      book.acknowledged.add(part);
      const alike = alikeOf(text);
      if (!isStored(text, part))
        throw new Broken("commit before acknowledge", "a text was acknowledged that is nowhere stored");
      if (alike.length === 1 || text.parts.length > 1) return;
      for (const { process, since, until } of silent()) {
        const isWithin = (at: number | null): boolean =>
          at !== null && at >= since - 2 * skewMaxMs && at <= until + 2 * skewMaxMs;
        for (const each of alike)
          if (isWithin(each.acceptedAt) || isWithin(each.acknowledgedAt)) each.silent.add(process);
      }
      book.acknowledgedAt = now();
      mustBeDecided(alike, text, (each) => each.unconfirmed.read + each.unconfirmed.unread);
    },
    readdressed: ({ text }, blindly) => {
      // As long as all gateways report, each knows what the others have in doubt.
      if (blindly || silent().length > 0) books[text.id]!.readdressed += 1;
    },
    unconfirmed: ({ text }, read) => {
      books[text.id]!.unconfirmed[read ? "read" : "unread"] += 1;
    },
    forgotten: ({ text, part }) => {
      const book = books[text.id]!;
      // An equal text may stand in the place of one that is gone: nobody can tell.
      if (isStored(text, part) && alikeOf(text).length === 1) book.acknowledged.add(part);
      else for (const each of alikeOf(text)) each.isForgotten = true;
    },
    finalCheck: () => {
      for (const book of books) judge(book);
    },
  };
};

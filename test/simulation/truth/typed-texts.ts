import { MISSING_MARK } from "#core/domain/concatenation.ts";
import type { InboundOutcome, InboundWrite } from "#core/ports/traffic.ts";
import { referenceOf, type Sending, type TypedText } from "#test/simulation/people/typed-text.ts";
import { Broken } from "./broken.ts";

/**
 * What became of every text that people typed: told by its words, never by a key, since the keys are what is on trial. Rules 4 and 5
 * on the way in.
 */
export interface TypedTexts {
  typed(text: TypedText): void;
  /** A write has been committed for the first time, or found to be a duplicate. */
  committed(write: InboundWrite, outcome: InboundOutcome): void;
  /** Our side tells the carrier that it has this. */
  acknowledged(sending: Sending): void;
  /** The carrier brings it to another process than before, or before we know that the connection is gone: memory is no help. */
  readdressed(sending: Sending, blindly: boolean): void;
  /** The bind on which it had come went down soon after: a text of the same words may be taken for it. */
  unconfirmed(sending: Sending): void;
  lastJudgement(): void;
}

interface Book {
  readonly text: TypedText;
  readonly stored: Set<number>;
  readonly acknowledged: Set<number>;
  /** How often it was brought to somebody who could not know of the last time. */
  readdressed: number;
  unconfirmed: boolean;
  /** When the first of what was decided on as a whole was received. */
  acceptedAt: number | null;
  /** Decided on as a whole, and with parts missing. */
  whole: number;
  torn: number;
}

export interface TypedTextsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly partsTimeoutMs: number;
  /** Nobody knows what a gateway that reports no more has taken since then, and whether the carrier knows of it; null: all report. */
  readonly silentSince: () => number | null;
}

export const createTypedTexts = ({
  now,
  epoch,
  skewMaxMs,
  partsTimeoutMs,
  silentSince,
}: TypedTextsOptions): TypedTexts => {
  const books: Book[] = [];
  const byWords = new Map<string, Book[]>();
  const byPart = new Map<string, Book>();
  /** Which text each stored part is of, by the key that it was stored under. */
  const byKey = new Map<string, Book>();
  const receivedAt = new Map<string, number>();

  const wordsKey = (from: string, to: string, words: string): string => `${from}>${to}:${words}`;
  const partKey = (from: string, to: string, reference: string, index: number): string =>
    `${from}>${to}#${reference.replace(/^[^:]*:/, "")}/${index}`;

  const part = ({ inbound }: InboundWrite, outcome: InboundOutcome): void => {
    const { reference, index } = inbound.part!;
    const book = byPart.get(partKey(inbound.from, inbound.to, reference, index));
    if (book?.text.parts[index - 1] !== inbound.text)
      throw new Broken("as typed", "a part was stored that nobody typed");
    if (outcome === "duplicate") {
      if (!book.stored.has(index)) throw new Broken("nothing lost", "a part that is new was called known");
      return;
    }
    book.stored.add(index);
    byKey.set(inbound.key, book);
    if (!receivedAt.has(inbound.key)) receivedAt.set(inbound.key, inbound.receivedAt - epoch);
  };

  const joined = ({ inbound, joins }: InboundWrite): void => {
    const book = byKey.get(joins[0]!);
    if (!book || joins.some((key) => byKey.get(key) !== book))
      throw new Broken("as typed", "parts of different texts were joined");
    if (inbound.text === book.text.words) {
      book.whole += 1;
      if (book.whole > 1 + book.readdressed) throw new Broken("once", "a long text was joined twice");
      return;
    }
    book.torn += 1;
    if (book.whole > 0 && book.readdressed === 0) throw new Broken("once", "a part was joined twice");
    if (!inbound.text.includes(MISSING_MARK))
      throw new Broken("as typed", "joined parts are not the text that was typed");
    const oldest = Math.min(...joins.map((key) => receivedAt.get(key)!));
    if (now() - oldest < partsTimeoutMs - 2 * skewMaxMs)
      throw new Broken("nothing lost", "parts were joined although the others may still come");
    // Each part that came too late stands alone, but it stands once.
    if (book.torn > book.text.parts.length * (1 + book.readdressed))
      throw new Broken("once", "the parts of a text were joined again and again");
  };

  const whole = ({ inbound }: InboundWrite, outcome: InboundOutcome): void => {
    const alike = byWords.get(wordsKey(inbound.from, inbound.to, inbound.text));
    if (!alike) throw new Broken("as typed", "a text was decided on that nobody typed");
    const times = alike.reduce((sum, book) => sum + book.whole, 0);
    if (outcome === "duplicate") {
      if (times === 0) throw new Broken("nothing lost", "a text that is new was called a duplicate");
      return;
    }
    const most = alike.reduce((sum, book) => sum + 1 + book.readdressed, 0);
    if (times >= most) throw new Broken("once", `a text was taken ${times + 1} times`);
    const book = alike.find((each) => each.whole < 1 + each.readdressed)!;
    book.whole += 1;
    book.acceptedAt ??= inbound.receivedAt - epoch;
  };

  const judge = (book: Book): void => {
    const { text, stored, acknowledged } = book;
    if (text.lost === null && acknowledged.size < text.parts.length)
      throw new Broken("nothing lost", "a text was never taken, although everything works again");
    const alike = byWords.get(wordsKey(text.from, text.to, text.words))!;
    // Equal texts cannot be told apart: as many must have been decided on as were taken.
    const taken = alike.filter((each) => each.acknowledged.size > 0).length;
    const decided = alike.reduce((sum, each) => sum + each.whole + each.torn, 0);
    const maySwallow = alike.length > 1 && alike.some(({ unconfirmed }) => unconfirmed);
    if (decided < (maySwallow ? Math.min(1, taken) : taken))
      throw new Broken("nothing lost", `text ${text.id} was taken and forgotten`);
    if (text.parts.length > 1 && text.lost === null && book.whole === 0 && stored.size !== text.parts.length)
      throw new Broken("nothing lost", "a part of a text was taken and forgotten");
  };

  return {
    typed: (text) => {
      const book: Book = {
        text,
        stored: new Set(),
        acknowledged: new Set(),
        readdressed: 0,
        unconfirmed: false,
        acceptedAt: null,
        whole: 0,
        torn: 0,
      };
      books[text.id] = book;
      const key = wordsKey(text.from, text.to, text.words);
      byWords.set(key, [...(byWords.get(key) ?? []), book]);
      if (text.parts.length === 1) return;
      text.parts.forEach((_, i) => {
        byPart.set(partKey(text.from, text.to, String(referenceOf(text)), i + 1), book);
      });
    },
    committed: (write, outcome) => {
      if (write.decision.kind === "wait") return part(write, outcome);
      if (write.joins.length === 0) return whole(write, outcome);
      if (outcome !== "duplicate") joined(write);
    },
    acknowledged: ({ text, part }) => {
      const book = books[text.id]!;
      book.acknowledged.add(part);
      const alike = byWords.get(wordsKey(text.from, text.to, text.words))!;
      const isSafe =
        text.parts.length > 1 ? book.stored.has(part + 1) : alike.some(({ whole: times }) => times > 0);
      const silent = alike.length > 1 ? silentSince() : null;
      for (const each of alike)
        if (silent !== null && each.acceptedAt !== null && each.acceptedAt >= silent - 2 * skewMaxMs)
          each.unconfirmed = true;
      if (!isSafe)
        throw new Broken("commit before acknowledge", "a text was acknowledged that is nowhere stored");
    },
    readdressed: ({ text }, blindly) => {
      // As long as all gateways report, each knows what the others have in doubt.
      if (blindly || silentSince() !== null) books[text.id]!.readdressed += 1;
    },
    unconfirmed: ({ text }) => {
      books[text.id]!.unconfirmed = true;
    },
    lastJudgement: () => {
      for (const book of books) judge(book);
    },
  };
};

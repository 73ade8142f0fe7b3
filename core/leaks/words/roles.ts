/** What a word can do in a text, as bits: one word may do several things, even in several languages. */
export const ROLE = {
  number: 1 << 0,
  at: 1 << 1,
  dot: 1 << 2,
  underscore: 1 << 3,
  slash: 1 << 4,
  dash: 1 << 5,
  /** Joins the pieces of a number: "then", "and". */
  connect: 1 << 6,
  /** A social or chat application, or a short name of one. */
  app: 1 << 7,
  /** An application whose name is also an ordinary word. */
  commonApp: 1 << 8,
  /** Announces a telephone number: "call", "mobile". */
  phoneCue: 1 << 9,
  /** Announces another kind of number: "order", "code". */
  codeCue: 1 << 10,
  /** Stands before a short number: "flat", "bus". */
  label: 1 << 11,
  /** Stands after a number and says what is counted: "euros", "cm", "pm". */
  unit: 1 << 12,
  /** A mail provider that is named without its ending. */
  provider: 1 << 13,
  /** "user name", "id", "handle". */
  nameCue: 1 << 14,
  /** "site", "visit". */
  siteCue: 1 << 15,
  /** Asks to be found or added: "add", "follow". */
  invite: 1 << 16,
  /** "is", "am", "called", "as": what follows may be a name. */
  is: 1 << 17,
  /** "on", "sur", "auf". */
  on: 1 << 18,
  /** A word that never is a user name, a mail box or a host: articles, pronouns, common verbs and nouns of chat. */
  ordinary: 1 << 19,
  mine: 1 << 20,
  /** Begins a web address: "https", "www". */
  scheme: 1 << 21,
} as const;

export type NumberKind = "unit" | "teen" | "tens" | "hundreds" | "hundred" | "thousand" | "repeat" | "and";

export interface NumberWord {
  readonly kind: NumberKind;
  readonly value: number;
}

/** The words of one language; each list is separated by spaces, without accents, in small letters. */
export interface Language {
  /** From zero upwards: alternatives are separated by `|`. */
  readonly units: string;
  /** From ten upwards. */
  readonly teens: string;
  /** From twenty by tens. */
  readonly tens: string;
  /** From one hundred by hundreds, where they are words of their own. */
  readonly hundreds: string;
  readonly hundred: string;
  readonly thousand: string;
  /** For two, three and four times the same digit. */
  readonly repeat: string;
  readonly and: string;
  readonly at: string;
  readonly dot: string;
  readonly underscore: string;
  readonly slash: string;
  readonly dash: string;
  readonly connect: string;
  readonly phoneCue: string;
  readonly codeCue: string;
  readonly label: string;
  readonly unit: string;
  readonly nameCue: string;
  readonly siteCue: string;
  readonly invite: string;
  readonly is: string;
  readonly on: string;
  readonly mine: string;
  readonly ordinary: string;
}

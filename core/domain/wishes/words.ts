// Longer than other files: the words of one table belong together.
import { normalise } from "./normalise.ts";
import type { HintReason, Language } from "./wish.ts";

/**
 * What a word means. The words of `stop` and `stop-all` are no speech and are heard always. Those of `spoken-stop` are also
 * speech: as answer to us they stop, as answer to the other one they are relayed with a hint, and those of
 * `spoken-stop-quiet` without. `speech` is relayed, with a hint where it answers a text of ours.
 */
export type WordMeaning =
  | { readonly kind: "stop" | "stop-all" | "spoken-stop" | "spoken-stop-quiet" }
  | { readonly kind: "speech"; readonly reason: HintReason }
  | { readonly kind: "wrong-number" }
  | { readonly kind: "start" | "unstop" | "yes" }
  | { readonly kind: "help" | "info" | "block" | "unblock" | "report" | "this" };

export type WordKind = WordMeaning["kind"];

export interface Word {
  readonly meaning: WordMeaning;
  readonly language: Language | null;
}

type Entries = readonly (readonly [
  meaning: WordMeaning,
  language: Language | null,
  words: readonly string[],
])[];

const SPEECH: WordMeaning = { kind: "speech", reason: "speech" };
const MISSPELT: WordMeaning = { kind: "speech", reason: "misspelt" };

const ENTRIES: Entries = [
  // 47 CFR 64.1200(a)(10), CTIA Messaging Principles 5.1.3, the keywords of Canadian carriers, and custom.
  [{ kind: "stop" }, null, ["stop", "стоп", "停止", "退订", "退訂"]],
  [{ kind: "stop" }, "en", ["unsubscribe", "unsub", "opt out", "optout"]],
  [{ kind: "stop" }, "de", ["stopp"]],
  [{ kind: "stop" }, "fr", ["arrêt"]],
  [{ kind: "stop-all" }, null, ["stopall", "stop all"]],

  [{ kind: "spoken-stop" }, "en", ["end", "quit", "cancel", "revoke", "remove", "td"]],
  [{ kind: "spoken-stop" }, "en", ["stop texting", "stop texting me", "stop messaging me", "stop sending"]],
  [{ kind: "spoken-stop" }, "en", ["stop sending texts", "stop sending messages", "stop sending me texts"]],
  [{ kind: "spoken-stop" }, "en", ["no more texts", "no more messages", "take me off your list"]],
  [{ kind: "spoken-stop" }, "en", ["stop contacting me", "do not contact me", "do not contact me again"]],
  [{ kind: "spoken-stop" }, "en", ["don't contact me", "don't contact me again", "don't text me"]],
  [{ kind: "spoken-stop" }, "en", ["do not text me", "do not text me again", "don't text me again"]],
  [{ kind: "spoken-stop" }, "en", ["leave me alone", "opt me out", "remove me", "unsubscribe me"]],
  [{ kind: "spoken-stop" }, "de", ["abmelden", "keine SMS mehr", "keine Nachrichten mehr"]],
  [{ kind: "spoken-stop" }, "de", ["lass mich in Ruhe", "lassen Sie mich in Ruhe", "melde mich ab"]],
  [{ kind: "spoken-stop" }, "fr", ["arrête", "arrêter", "arrêtez", "désabonner", "désinscrire"]],
  [{ kind: "spoken-stop" }, "fr", ["laissez-moi tranquille", "laisse-moi tranquille", "plus de SMS"]],
  [{ kind: "spoken-stop" }, "es", ["baja", "cancelar", "no más", "no más mensajes"]],
  [{ kind: "spoken-stop" }, "es", ["déjame en paz", "déjeme en paz"]],
  [{ kind: "spoken-stop" }, "pt", ["parar", "sair", "não quero mais mensagens", "me deixe em paz"]],
  [{ kind: "spoken-stop" }, null, ["afmelden", "ferma"]],
  // What passengers write to drivers: as answer to the other one not worth a hint.
  [{ kind: "spoken-stop-quiet" }, "es", ["alto", "detener"]],
  [{ kind: "spoken-stop-quiet" }, "de", ["halt"]],

  [SPEECH, "en", ["stop it", "stop that", "don't stop"]],
  [MISSPELT, "en", ["stpo", "sotp", "tsop", "sto", "stp"]],
  [{ kind: "wrong-number" }, "en", ["wrong number", "you have the wrong number", "this is the wrong number"]],
  [{ kind: "wrong-number" }, "de", ["falsche Nummer"]],
  [{ kind: "wrong-number" }, "fr", ["mauvais numéro", "faux numéro"]],
  [{ kind: "wrong-number" }, "es", ["número equivocado"]],
  [{ kind: "wrong-number" }, "pt", ["número errado"]],

  [{ kind: "start" }, null, ["start"]],
  [{ kind: "unstop" }, null, ["unstop"]],
  [{ kind: "yes" }, "en", ["yes", "y", "yeah", "ok", "okay"]],
  [{ kind: "yes" }, "de", ["ja"]],
  [{ kind: "yes" }, "fr", ["oui"]],
  [{ kind: "yes" }, "es", ["sí"]],
  [{ kind: "yes" }, "pt", ["sim"]],

  [{ kind: "help" }, "en", ["help"]],
  [{ kind: "help" }, "de", ["hilfe"]],
  [{ kind: "help" }, "fr", ["aide"]],
  [{ kind: "help" }, "es", ["ayuda"]],
  [{ kind: "help" }, "pt", ["ajuda"]],
  [{ kind: "info" }, null, ["info"]],

  [{ kind: "block" }, "en", ["block"]],
  [{ kind: "block" }, "de", ["blockieren"]],
  [{ kind: "block" }, "fr", ["bloquer"]],
  [{ kind: "block" }, "es", ["bloquear"]],
  [{ kind: "unblock" }, "en", ["unblock"]],
  [{ kind: "unblock" }, "de", ["entsperren", "entblocken", "nicht blockieren"]],
  [{ kind: "unblock" }, "fr", ["débloquer"]],
  [{ kind: "unblock" }, "es", ["desbloquear"]],
  [{ kind: "report" }, "en", ["report", "spam"]],
  [{ kind: "this" }, null, ["this"]],
];

const wordsOf = (entries: Entries): ReadonlyMap<string, Word> =>
  new Map(
    entries.flatMap(([meaning, language, words]) =>
      words.map((word): [string, Word] => [normalise(word) ?? word, { meaning, language }]),
    ),
  );

const WORDS = wordsOf(ENTRIES);

/** What is said out of courtesy before or after a wish to stop. */
const COURTESY =
  /^(please|pls|plz|bitte|por favor|s il vous plait) | (please|pls|plz|thanks|thank you|thx|bitte|danke|merci|por favor|gracias|obrigad[oa]|s il vous plait|sil vous plait)$/gu;

/** STOP with letters held down ("stopppp", "sstop"). */
const STRETCHED_STOP = /^s+t+o+p+$/u;

/** What normalised words mean, or null: most words are for the other one. */
export const meaningOf = (words: string): Word | null => {
  const word = WORDS.get(words);
  if (word !== undefined) return word;
  if (STRETCHED_STOP.test(words)) return { meaning: MISSPELT, language: "en" };
  const bare = words.replace(COURTESY, "");
  return bare === words ? null : politely(WORDS.get(bare));
};

/** A STOP with courtesy around it is a sentence: a reasonable person reads it as a wish, but it may be meant for the other one. */
const politely = (word: Word | undefined): Word | null => {
  switch (word?.meaning.kind) {
    case "stop":
    case "stop-all":
    case "spoken-stop":
      return { meaning: { kind: "spoken-stop" }, language: word.language };
    case "spoken-stop-quiet":
    case "speech":
      return word;
    default:
      return null;
  }
};

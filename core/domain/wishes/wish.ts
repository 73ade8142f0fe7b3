/** The languages that our answers are written in. */
export type Language = "en" | "de" | "fr" | "es" | "pt";

export const LANGUAGES: readonly Language[] = ["en", "de", "fr", "es", "pt"];

/** Whose text the writer got last on this route within {@link CONTEXT_MS}. */
export type WishContext =
  /** A text of ours: intro, notice, the app's message, broadcast. */
  | "ours"
  /** The other participant's; also when there is none to know of: relaying is the lesser harm. */
  | "theirs"
  /** There is no route: a stranger. */
  | "none"
  /** It has not been looked up: a word that depends on it is `unclear`. */
  | "unknown";

/** How long a text of ours makes the words that are also speech an answer to us. */
export const CONTEXT_MS = 7 * 24 * 60 * 60_000;

/** How long after the confirmation THIS narrows a STOP, and after BLOCK its writer may take it back. */
export const SECOND_THOUGHTS_MS = 24 * 60 * 60_000;

/** What is known of the writer when a text is read. */
export interface WishFacts {
  readonly context: WishContext;
  /** Whether the writer's STOP holds. */
  readonly isOptedOut: boolean;
  /** Whether we confirmed a STOP of the writer within {@link SECOND_THOUGHTS_MS}. */
  readonly hasConfirmation: boolean;
  /** Whether the writer blocked the other one from this number within {@link SECOND_THOUGHTS_MS}. */
  readonly hasBlocked: boolean;
  /** Whether our last text asked the writer to opt in by YES. */
  readonly wasAskedToStart: boolean;
}

/** `service`: all texts of this service, in all its conversations. `all`: everything on this installation. */
export type StopScope = "service" | "all";

interface Worded {
  /** The language of the word; null where it is every language's (STOP) or none of ours (СТОП). */
  readonly language: Language | null;
  /** The normalised text: proof of what was wished. */
  readonly word: string;
}

/** What a whole text asks of us. Everything that is not `relay` and not `relayed` stays with us. */
export type Wish =
  | (Worded & { readonly kind: "stop"; readonly scope: StopScope })
  | (Worded & { readonly kind: "start" })
  | (Worded & { readonly kind: "help"; readonly relayed: boolean })
  | (Worded & { readonly kind: "info" })
  | (Worded & { readonly kind: "block" })
  | (Worded & { readonly kind: "unblock" })
  /** Also blocks. */
  | (Worded & { readonly kind: "report" })
  /** Narrows the STOP that was confirmed last to this conversation. */
  | (Worded & { readonly kind: "this" })
  /** Relayed, and the writer is told once per conversation how to stop or block. */
  | (Worded & { readonly kind: "hint"; readonly reason: HintReason })
  /** Whose text the writer got last decides, or what else the writer was told: see {@link WishContext}. */
  | { readonly kind: "unclear" }
  | { readonly kind: "relay" };

/** `wrong-number` is also worth an event: the number may have a new owner. */
export type HintReason = "speech" | "misspelt" | "wrong-number";

/** Which words are heard. STOP and its like, UNSTOP, and START of one who is opted out are heard always. */
export interface WishRules {
  /** END, CANCEL, "leave me alone" and the like, as answers to a text of ours. */
  readonly contextWords: boolean;
  readonly hints: boolean;
  /** HELP in languages other than English. */
  readonly helpInAllLanguages: boolean;
  /** Whether HELP also reaches the other one, when the last text was theirs. */
  readonly relaysHelp: boolean;
  readonly info: boolean;
  readonly report: boolean;
  /** THIS after a STOP. */
  readonly narrowing: boolean;
  /** YES as answer to a question of ours. */
  readonly optInByYes: boolean;
}

/** The words that are no speech, HELP and BLOCK: nothing that needs to know whose text came last. */
export const basicWishRules: WishRules = {
  contextWords: false,
  hints: false,
  helpInAllLanguages: false,
  relaysHelp: false,
  info: false,
  report: false,
  narrowing: false,
  optInByYes: false,
};

export const fullWishRules: WishRules = {
  contextWords: true,
  hints: true,
  helpInAllLanguages: true,
  relaysHelp: true,
  info: true,
  report: true,
  narrowing: true,
  optInByYes: true,
};

/** What is heard here: all but YES, as nothing of ours asks for it. */
export const houseWishRules: WishRules = { ...fullWishRules, optInByYes: false };

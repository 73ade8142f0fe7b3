import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Language, StopScope, Wish } from "./wish.ts";

/** A text that stays with us, as it is carried out and kept. */
export interface Command {
  readonly kind: CommandKind;
  /** The normalised text: proof of what was wished. */
  readonly word: string;
  /** How far a STOP reaches; of other commands it means nothing. */
  readonly scope: StopScope;
}

export type CommandKind = "stop" | "start" | "help" | "block" | "unblock";

/** Where a wish about texts comes from: a text of the person, the platform, or the carrier, which keeps a list of its own. */
export type WishSource = "text" | "api" | "carrier";

/** A wish of one person, as it is kept: proof of what was wished, and when. */
export interface KeptWish {
  readonly kind: Exclude<CommandKind, "help">;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: WishSource;
  /** Null where the person did not write to us. */
  readonly word: string | null;
  readonly scope: StopScope;
  /** The number that was texted, or that the carrier refused to send from; null when it was none. */
  readonly virtualNumber: Msisdn | null;
}

/**
 * What a wish asks us to carry out; null for what is passed on to the other participant. A wish that there is no command for yet is
 * passed on as well: it is rather read by the wrong one than by nobody.
 */
export const commandOf = (wish: Wish): (Command & { readonly language: Language | null }) | null => {
  switch (wish.kind) {
    case "stop":
      return { kind: "stop", word: wish.word, scope: wish.scope, language: wish.language };
    case "start":
    case "block":
    case "unblock":
      return { kind: wish.kind, word: wish.word, scope: "service", language: wish.language };
    case "info":
      return { kind: "help", word: wish.word, scope: "service", language: wish.language };
    case "report":
      return { kind: "block", word: wish.word, scope: "service", language: wish.language };
    case "help":
      return wish.relayed
        ? null
        : { kind: "help", word: wish.word, scope: "service", language: wish.language };
    case "this":
      return { kind: "start", word: wish.word, scope: "service", language: wish.language };
    case "hint":
    case "unclear":
    case "relay":
      return null;
  }
};

import type { LevelsOf } from "./level.ts";

/** The API and the console. */
export interface RequestFacts {
  readonly requestAnswered: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly tookMs: number;
  };
  /** Somebody came to the console with a key that is none. */
  readonly signInRefused: object;
  /** A person has looked at a participant's real number in the console. `key`: the name of their API key. */
  readonly numberShown: {
    readonly key: string;
    readonly conversationId: string;
    readonly participantId: string;
  };
  /** The answer to a request that may be repeated could not be kept. */
  readonly answerNotKept: { readonly error: unknown };
}

export const REQUEST_LEVELS: LevelsOf<RequestFacts> = {
  requestAnswered: "debug",
  signInRefused: "warn",
  numberShown: "info",
  answerNotKept: "warn",
};

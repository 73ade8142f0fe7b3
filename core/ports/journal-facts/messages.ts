import type { FinalState } from "#core/domain/message-state.ts";
import type { Silence } from "#core/ports/policy.ts";
import type { LevelsOf } from "./level.ts";

/** Texts, their receipts, and what policies say of them. */
export interface MessageFacts {
  readonly messageRetried: {
    readonly messageId: string;
    readonly link: string;
    readonly code: string;
    readonly attempts: number;
    readonly againInMs: number;
  };
  /** It ended without an answer of a carrier that it arrived; `link`: `none` when none had it. */
  readonly messageEnded: {
    readonly messageId: string;
    readonly state: FinalState;
    readonly code: string;
    readonly link: string;
  };
  /** A carrier's receipt says that a message, or a part of one, did not arrive. */
  readonly notDelivered: { readonly code: string };
  /** Two machines answered each other's texts. */
  readonly loopCut: { readonly conversationId: string };
  /** The policy gave no answer that counts, and the service's own choice was taken. */
  readonly policySilent: {
    /** Null: the text reaches nobody. */
    readonly conversationId: string | null;
    readonly why: Silence;
    readonly choice: "relay" | "block";
  };
  /** The policy let a text go no further; `reason`: its own code. */
  readonly policyBlocked: { readonly conversationId: string | null; readonly reason: string };
  /** More receipts of unknown ids, or texts of strangers, came than are kept. */
  readonly excessDropped: { readonly receipts: number; readonly strangers: number };
  /** Receipts whose message was never found are forgotten. */
  readonly parkedReceiptsDropped: { readonly receipts: number };
}

export const MESSAGE_LEVELS: LevelsOf<MessageFacts> = {
  messageRetried: "warn",
  messageEnded: "warn",
  notDelivered: "warn",
  loopCut: "warn",
  policySilent: "warn",
  policyBlocked: "info",
  excessDropped: "warn",
  parkedReceiptsDropped: "warn",
};

import type { HookAddress } from "#core/domain/policy.ts";

/** A text that a policy is asked about. */
export interface AskedText {
  /** The same for every time that it is asked about. */
  readonly key: string;
  readonly serviceId: string;
  /** The slug of the service. */
  readonly service: string;
  /** `out-of-session`: it reaches nobody, and the app may open a conversation before it answers. */
  readonly hook: "before-relay" | "out-of-session";
  /** Null: its sender has none with this number, or had one that is over. */
  readonly conversationId: string | null;
  /** The real number of a sender whose text reaches nobody; null: it has a conversation, whose participants the app knows. */
  readonly from: string | null;
  /** Who wrote it, and whom it goes to; null: the conversation has ended, or one of the two was replaced. */
  readonly senderId: string | null;
  readonly recipientId: string | null;
  readonly virtualNumber: string;
  readonly text: string;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * Why there is no answer that counts. `timeout`: none came in time. `unreachable`: nobody took the question. `refused`: it was answered
 * with another status than 2xx. `unreadable`: the answer is none of those that there are. `blocked`: nothing is sent to that address.
 */
export type NoAnswer = "timeout" | "unreachable" | "refused" | "unreadable" | "blocked";

/** Also `crowded`: too many texts of its service wait already. `failed`: the asking itself went wrong. */
export type Silence = NoAnswer | "crowded" | "failed";

export type PolicyAnswer =
  | { readonly kind: "relay" }
  /** `reason`: a word or two of lower-case letters, digits, `-` and `:`. */
  | { readonly kind: "block"; readonly reason: string }
  | { readonly kind: "rewrite"; readonly text: string }
  /** Asked again then, in milliseconds since 1970. */
  | { readonly kind: "hold"; readonly untilMs: number }
  | { readonly kind: "none"; readonly why: NoAnswer };

/** Says what becomes of texts before they are relayed, and may see to it that those that reach nobody reach somebody. */
export interface Policy {
  /**
   * Asked outside of the writing path, of one text of a conversation at a time, and again after a process was lost. Settles within
   * `timeoutMs`, after which the answer counts for nothing; a rejection is no answer.
   */
  ask(text: AskedText, hook: HookAddress, timeoutMs: number): Promise<PolicyAnswer>;
}

/** A text that a policy is asked about. */
export interface AskedText {
  /** The same for every time that it is asked about. */
  readonly key: string;
  readonly serviceId: string;
  readonly conversationId: string;
  readonly virtualNumber: string;
  readonly text: string;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
}

/** `reason`: a word or two of lower-case letters, digits, `-` and `:`. `untilMs`: asked again then, milliseconds since 1970. */
export type PolicyAnswer =
  | { readonly kind: "relay" }
  | { readonly kind: "block"; readonly reason: string }
  | { readonly kind: "rewrite"; readonly text: string }
  | { readonly kind: "hold"; readonly untilMs: number };

/** Says what becomes of texts before they are relayed. */
export interface Policy {
  /**
   * Asked outside of the writing path, of one text of a conversation at a time, and again after a process was lost. Settles within
   * `timeoutMs`, after which the answer counts for nothing; a rejection is no answer.
   */
  ask(text: AskedText, timeoutMs: number): Promise<PolicyAnswer>;
}

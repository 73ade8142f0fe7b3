/** That a service lets a policy see its texts before they are relayed, and what it wants when the policy says nothing. */
export interface PolicyRule {
  /** How long an answer is waited for, in milliseconds (1 or more). */
  readonly timeoutMs: number;
  /** What becomes of a text without an answer: `relay` fails open, `block` fails closed. */
  readonly onSilence: "relay" | "block";
}

/** What is to be done with a text that a policy was asked about. */
export type Ruling =
  | { readonly kind: "relay" }
  | { readonly kind: "rewrite"; readonly text: string }
  | { readonly kind: "block"; readonly reason: PolicyRefusal };

/** `policy`: it said no. `policy-silent`: it said nothing, and the service wants nothing relayed then. */
export type PolicyRefusal = "policy" | "policy-silent";

/** The service's own choice for a text without an answer. */
export const rulingOnSilence = ({ onSilence }: PolicyRule): Ruling =>
  // breakage: fail-open, fail-closed, relay-what-silence-blocks
  onSilence === "block" ? { kind: "block", reason: "policy-silent" } : { kind: "relay" };

/** The text as the policy wants it read. */
export const asRewritten = <M extends { readonly text: string }>(message: M, ruling: Ruling | null): M =>
  // breakage: relay-as-typed
  ruling?.kind === "rewrite" ? { ...message, text: ruling.text } : message;

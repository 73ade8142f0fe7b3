import type { InboundMessage } from "./message.ts";

/** That a service lets a policy see its texts before they are relayed, and what it wants when the policy says nothing. */
export interface PolicyRule {
  /** How long an answer is waited for, in milliseconds (1 or more). */
  readonly timeoutMs: number;
  /** What becomes of a text without an answer: `relay` fails open, `block` fails closed. */
  readonly onSilence: "relay" | "block";
}

/** What is to be done with a text that a policy was asked about. */
export type Verdict =
  | { readonly kind: "relay" }
  | { readonly kind: "rewrite"; readonly text: string }
  | { readonly kind: "block"; readonly reason: PolicyRefusal };

/** `policy`: it said no. `policy-silent`: it said nothing, and the service wants nothing relayed then. */
export type PolicyRefusal = "policy" | "policy-silent";

/** The service's own choice for a text without an answer. */
export const verdictOnSilence = ({ onSilence }: PolicyRule): Verdict =>
  // breakage: fail-open
  onSilence === "block" ? { kind: "block", reason: "policy-silent" } : { kind: "relay" };

/** The text as the policy wants it read. */
export const asRewritten = (inbound: InboundMessage, verdict: Verdict | null): InboundMessage =>
  verdict?.kind === "rewrite" ? { ...inbound, text: verdict.text } : inbound;

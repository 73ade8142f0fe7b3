/** Where an app listens, and the secret with which questions to it are signed. */
export interface HookAddress {
  readonly url: string;
  /** `whsec_` and base64. Null: as it was before, in a change; else it cannot be opened, and nobody is asked. */
  readonly secret: string | null;
}

/** Texts go over https alone, or to this machine itself. What it is an address of is not looked at here. */
export const mayCarryTexts = (url: string): boolean =>
  // breakage: texts-over-http
  /^https:|^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?([/?]|$)/i.test(url);

/** A secret of Standard Webhooks 1.0.0: `whsec_` and 24 to 64 octets in base64. */
export const isHookSecret = (text: string): boolean =>
  /^whsec_(?=.{32,88}$)(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(text);

/** That a service lets an app of its own see its texts before they are relayed, and what it wants when that says nothing. */
export interface PolicyRule extends HookAddress {
  /** How long an answer is waited for, in milliseconds (1 or more). */
  readonly timeoutMs: number;
  /** What becomes of a text without an answer: `relay` fails open, `block` fails closed. */
  readonly onSilence: "relay" | "block";
}

/** Why a policy may say that it blocks; whatever else it says is `other`. */
export const POLICY_REASONS = ["spam", "abuse", "contact", "payment", "other"] as const;

export type PolicyReason = (typeof POLICY_REASONS)[number];

/**
 * `hook:no-answer`: the policy said nothing that counts, and the service wants nothing relayed then. `hook:shows-number`: the text as
 * the policy wants it read shows the real number of one of the two.
 */
export type PolicyRefusal = `hook:${PolicyReason}` | "hook:no-answer" | "hook:shows-number";

/** What is to be done with a text that a policy was asked about. */
export type Ruling =
  | { readonly kind: "relay" }
  | { readonly kind: "rewrite"; readonly text: string }
  | { readonly kind: "block"; readonly reason: PolicyRefusal };

/** The service's own choice for a text without an answer. */
export const rulingOnSilence = ({ onSilence }: Pick<PolicyRule, "onSilence">): Ruling =>
  // breakage: fail-open, fail-closed, relay-what-silence-blocks
  onSilence === "block" ? { kind: "block", reason: "hook:no-answer" } : { kind: "relay" };

export const refusalOf = (reason: string): PolicyRefusal =>
  `hook:${POLICY_REASONS.find((known) => known === reason) ?? "other"}`;

/** The text as the policy wants it read. */
export const asRewritten = <M extends { readonly text: string }>(message: M, ruling: Ruling | null): M =>
  // breakage: relay-as-typed
  ruling?.kind === "rewrite" ? { ...message, text: ruling.text } : message;

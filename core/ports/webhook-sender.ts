import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";

/** Hands events to applications as Standard Webhooks 1.0.0 has it. */
export interface WebhookSender {
  /** One attempt. Never rejects. */
  post(delivery: SignedDelivery): Promise<PostOutcome>;
  /** Whether anything would be sent there. What a name stands for may change: that is checked again at each attempt. */
  check(url: string): Promise<AddressCheck>;
  /** `whsec_` and the base64 of 32 random bytes. */
  newSecret(): string;
}

export interface SignedDelivery {
  readonly url: string;
  /** The same for all attempts. */
  readonly id: string;
  /** When this attempt is made, in milliseconds since the epoch. */
  readonly at: number;
  readonly body: string;
  /** Each of them signs. */
  readonly secrets: readonly string[];
}

export type AddressCheck =
  | { readonly kind: "fine" }
  /** No address of the web: `reason` completes "url …". */
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "blocked" };

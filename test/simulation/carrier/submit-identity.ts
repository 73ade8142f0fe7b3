import type { Sending } from "#adapters/smpp/delivery/sending.ts";
import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";

/** Which part of which of our messages a submit_sm is. A real SMSC has no way to know it; the judge has to. */
export interface SubmitIdentity {
  readonly messageId: string;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
}

const identities = new WeakMap<ShortMessage, SubmitIdentity>();

/** `context` is what the carrier link hands down with each submit. */
export const identify = (message: ShortMessage, context: unknown): SubmitIdentity => {
  const { message: outbound, part, segments } = context as Sending;
  const identity = { messageId: outbound.id, part, parts: segments.length };
  identities.set(message, identity);
  return identity;
};

export const identityOf = (message: ShortMessage): SubmitIdentity => identities.get(message)!;

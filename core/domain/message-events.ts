import type { NewEvent } from "./event.ts";
import type { FinalOutcome } from "./final-outcome.ts";
import type { LinkKind } from "./link-kind.ts";
import type { HoldingLimit } from "./text-limits.ts";

/** What all events of a message say of it. */
export interface EventMessage {
  readonly id: string;
  readonly conversationId: string | null;
  readonly senderId: string | null;
  readonly recipientId: string | null;
  readonly segments: number;
  /** Null: the number texted was none of ours. */
  readonly serviceId: string | null;
}

export interface SentFact {
  readonly link: LinkKind;
  readonly attempts: number;
  readonly at: number;
}

const dataOf = ({ conversationId, senderId, recipientId, segments }: EventMessage) => ({
  ...{ conversationId, senderId, recipientId, segments },
});

export const receivedEvent = (message: EventMessage, at: number): NewEvent => ({
  type: "message.received",
  subject: message.id,
  data: dataOf(message),
  serviceId: message.serviceId,
  at,
});

export const sentEvent = (message: EventMessage, { link, attempts, at }: SentFact): NewEvent => ({
  type: "message.sent",
  subject: message.id,
  data: { ...dataOf(message), link, attempts },
  serviceId: message.serviceId,
  at,
});

/** It leaves later. `seconds`: how long it waits. */
export const heldEvent = (
  message: EventMessage,
  { limit, seconds, at }: { readonly limit: HoldingLimit; readonly seconds: number; readonly at: number },
): NewEvent => ({
  type: "message.held",
  subject: message.id,
  data: { ...dataOf(message), limit, seconds },
  serviceId: message.serviceId,
  at,
});

/** How a message has ended. The sentence of a failure stays behind: carriers write what they like there. */
export const endedEvent = (
  message: EventMessage,
  { state, failure, at }: Pick<FinalOutcome, "state" | "failure" | "at">,
): NewEvent => {
  const { id: subject, serviceId } = message;
  const data = dataOf(message);
  const code = failure?.code ?? null;
  switch (state) {
    case "delivered":
      return { type: "message.delivered", subject, data, serviceId, at };
    case "failed":
    case "expired":
      return { type: "message.failed", subject, data: { ...data, state, code }, serviceId, at };
    case "blocked":
      return { type: "message.blocked", subject, data: { ...data, code }, serviceId, at };
    case "unroutable":
      return { type: "message.unroutable", subject, data: { ...data, code }, serviceId, at };
  }
};

import type { NewEvent } from "./event.ts";
import type { FinalOutcome, LinkKind } from "./message.ts";

/** What all events of a message say of it. */
export interface EventMessage {
  readonly id: string;
  readonly conversationId: string | null;
  readonly senderId: string | null;
  readonly recipientId: string | null;
  readonly segments: number;
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
  at,
});

export const sentEvent = (message: EventMessage, { link, attempts, at }: SentFact): NewEvent => ({
  type: "message.sent",
  subject: message.id,
  data: { ...dataOf(message), link, attempts },
  at,
});

/** How a message has ended. The sentence of a failure stays behind: carriers write what they like there. */
export const endedEvent = (
  message: EventMessage,
  { state, failure, at }: Pick<FinalOutcome, "state" | "failure" | "at">,
): NewEvent => {
  const subject = message.id;
  const data = dataOf(message);
  const code = failure?.code ?? null;
  switch (state) {
    case "delivered":
      return { type: "message.delivered", subject, data, at };
    case "failed":
    case "expired":
      return { type: "message.failed", subject, data: { ...data, state, code }, at };
    case "blocked":
      return { type: "message.blocked", subject, data: { ...data, code }, at };
    case "unroutable":
      return { type: "message.unroutable", subject, data: { ...data, code }, at };
  }
};

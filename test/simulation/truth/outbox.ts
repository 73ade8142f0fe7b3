import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { Broken } from "./broken.ts";

/** Everything that is to be sent, in the order of its commit, and what is known to have become of it. */
export interface Outbox {
  born(message: OutboundMessage): void;
  /** A write says that the carrier has taken it all, or that it has ended. */
  recorded(messageId: string): void;
  get(messageId: string): OutboundMessage | undefined;
  all(): IterableIterator<OutboundMessage>;
  bornAt(messageId: string): number;
  /** Whether work on it is known to be over. */
  isRecorded(messageId: string): boolean;
  /** All for one participant, in order. */
  recipient(recipientId: string): readonly string[];
}

export interface OutboxOptions {
  readonly now: () => number;
  readonly realNumbers: ReadonlySet<string>;
  readonly virtualNumbers: ReadonlySet<string>;
}

export const createOutbox = ({ now, realNumbers, virtualNumbers }: OutboxOptions): Outbox => {
  const messages = new Map<string, OutboundMessage>();
  const births = new Map<string, number>();
  const recipients = new Map<string, string[]>();
  const over = new Set<string>();

  /** Rule 3, before anything has left. */
  const mustBeAnonymous = ({ source, destination, text }: OutboundMessage): void => {
    if (!virtualNumbers.has(source)) throw new Broken("anonymous", "a source that is not a virtual number");
    if (!realNumbers.has(destination)) throw new Broken("anonymous", "a destination that is no person");
    for (const number of realNumbers)
      if (text.includes(number)) throw new Broken("anonymous", "a text of ours names a real number");
  };

  return {
    born: (message) => {
      if (messages.has(message.id)) return;
      mustBeAnonymous(message);
      messages.set(message.id, message);
      births.set(message.id, now());
      const recipient = recipients.get(message.recipientId) ?? [];
      recipients.set(message.recipientId, recipient);
      recipient.push(message.id);
    },
    recorded: (messageId) => over.add(messageId),
    get: (messageId) => messages.get(messageId),
    all: () => messages.values(),
    bornAt: (messageId) => births.get(messageId)!,
    isRecorded: (messageId) => over.has(messageId),
    recipient: (recipientId) => recipients.get(recipientId) ?? [],
  };
};

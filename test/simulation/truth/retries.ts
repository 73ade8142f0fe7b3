import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Repetition } from "#core/domain/repeating.ts";
import { Broken } from "./broken.ts";
import type { Outbox } from "./outbox.ts";
import type { Pairs } from "./pairs.ts";
import type { Wishes } from "./wishes.ts";

export interface RetriesOptions {
  readonly now: () => number;
  readonly stored: MemoryTables;
  readonly outbox: Outbox;
  readonly pairs: Pairs;
  readonly wishes: Wishes;
  readonly serviceOf: ReadonlyMap<string, string>;
}

/** A swap since the conversation was read is seen before the text leaves, which is judged there; a slow store may be read for so long. */
const UNSEEN_MS = 40_000;

/** Judges that what failed is sent once more at most once, as it was, to whom it was for, and to nobody who does not want it. */
export const createRetries = ({ now, stored, outbox, pairs, wishes, serviceOf }: RetriesOptions) => {
  const retried = new Set<string>();

  const mustBeWelcome = ({ source, destination, senderId }: OutboundMessage): void => {
    const serviceId = serviceOf.get(source)!;
    if (wishes.optOuts.since(serviceId, destination) !== null)
      throw new Broken("opt-out", "a text is sent once more to somebody who wants none");
    const other = pairs.current(destination, source)?.recipient;
    if (senderId !== null && other !== undefined && wishes.blocked(serviceId, destination, other))
      throw new Broken("opt-out", "a text is sent once more past a block");
  };

  return {
    /** It has been committed. Answers the new message. `isPast`: the store knows already what became of it. */
    added: (of: string, repetition: Repetition, isPast: boolean): OutboundMessage => {
      const first = outbox.get(of);
      if (!first) throw new Broken("once", "something is sent once more that was never to be sent");
      if (retried.has(of)) throw new Broken("once", "a text was sent once more twice");
      retried.add(of);
      const state = stored.messages.get(of)?.outcome?.state;
      if (!isPast && state !== "failed" && state !== "expired")
        throw new Broken("once", `a text is sent once more that is ${state ?? "still under way"}`);
      const again: OutboundMessage = { ...repetition, priority: first.priority };
      const isSame =
        again.text === first.text &&
        again.destination === first.destination &&
        again.recipientId === first.recipientId &&
        again.senderId === first.senderId &&
        again.conversationId === first.conversationId;
      if (!isSame) throw new Broken("as typed", "another text is sent once more than failed");
      const isKnown = pairs
        .meanings(again.destination, again.source)
        .some(
          ({ conversationId, until }) => conversationId === again.conversationId && until > now() - UNSEEN_MS,
        );
      if (!isKnown)
        throw new Broken("never a stranger", "a text is sent once more in a thread that has ended");
      mustBeWelcome(again);
      return again;
    },
    finalCheck: (): void => {
      for (const { id, retryOf, retriedAs } of stored.messages.values()) {
        if (retryOf !== null && stored.messages.get(retryOf)?.retriedAs !== id)
          throw new Broken("once", "a text says that it repeats one that does not know of it");
        if ((retriedAs !== null) !== retried.has(id))
          throw new Broken("once", "the store says otherwise than it was what was sent once more");
      }
    },
  };
};

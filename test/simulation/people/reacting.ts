import type { MemoryTables } from "#adapters/memory/tables.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { Random } from "#test/simulation/random.ts";

/** What phones show of a text that somebody reacts to; more of it is left out. */
const SHOWN_MAX = 36;

/** A phone's reaction to one of the texts that a participant has been sent in a conversation; null: there was none. */
export const reactionIn = (
  stored: MemoryTables,
  conversationId: string,
  participantId: string,
  random: Random,
): string | null => {
  const texts = [...stored.messages.values()].flatMap((message) =>
    message.conversationId === conversationId &&
    message.recipientId === participantId &&
    message.text !== null
      ? [message.text]
      : [],
  );
  if (texts.length === 0) return null;
  const text = random.pick(texts);
  const signs = [...text];
  const quotation = signs.length <= SHOWN_MAX ? text : `${signs.slice(0, SHOWN_MAX).join("").trimEnd()}…`;
  const words = `Liked “${quotation}”`;
  // A reaction to a reaction, and one too long for one SMS, are not in these worlds.
  return text.startsWith("Liked") || segmentsOf(words).length > 1 ? null : words;
};

import type { MemoryTables, StoredMessage } from "#adapters/memory/tables.ts";
import { endOf } from "#core/domain/conversation.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import { Broken } from "./broken.ts";
import type { Truth } from "./truth.ts";

export interface SimulationEnd {
  readonly stored: MemoryTables;
  readonly truth: Truth;
  readonly now: number;
  /** Texts and receipts that the carrier still has to bring. */
  readonly waiting: number;
}

/** What a conversation's end may be late: one sweep, clocks apart, and a sweep that a slow store delays. */
const CLOSING_MS = 3 * SETTINGS.sweepMs;

/** Whether it waits for hours in which it may be sent, and these are not near: a day of its own. */
export const isHeld = ({ outbound }: StoredMessage, now: number): boolean =>
  outbound?.hold?.windows.every(({ from }) => from > SETTINGS.epoch + now) ?? false;

/** What is not over yet, in a word; null when all is. */
export const unfinished = ({ stored, truth, now, waiting }: SimulationEnd): string | null => {
  if (waiting > 0) return "the carrier still has something to bring";
  for (const message of stored.unsent.values())
    if (!isHeld(message, now))
      return `${message.id.slice(0, 18)} is still to be sent (${message.place.state})`;
  if (stored.parts.size > 0) return `${stored.parts.size} parts still wait for others`;
  for (const message of stored.messages.values()) {
    if (!isHeld(message, now) && !truth.endings.isFinal(message.id)) return "a message has no final state";
  }
  for (const conversation of stored.conversations.values()) {
    const end = conversation.closedAt === null ? endOf(conversation) : null;
    if (end && end.at + CLOSING_MS < SETTINGS.epoch + now) return "a conversation that is over stands open";
  }
  for (const { carrierIds, between } of stored.parked) {
    // A forgery names whoever it likes, and stays until it is forgotten.
    if (between?.handset.endsWith("999")) continue;
    if (carrierIds.some((id) => stored.carrierIds.has(id)))
      return "a receipt is parked although its message is known";
  }
  return null;
};

/** After a time without any fault: everything has ended, and ended well. */
export const judgeAll = (end: SimulationEnd): void => {
  const left = unfinished(end);
  if (left) throw new Broken("nothing is left", left);
  end.truth.typed.finalCheck();
  end.truth.retries.finalCheck();
  end.truth.events.finalCheck();
  for (const { id } of end.truth.outbox.all()) {
    if (!end.stored.messages.has(id)) throw new Broken("nothing lost", "a committed message is not stored");
  }
};

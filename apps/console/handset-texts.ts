import type { HandsetMessage, Message } from "./model.ts";
import type { PendingText } from "./state.ts";

/** A text on a handset of the playground. */
export interface HandsetText {
  readonly id: string;
  readonly isOwn: boolean;
  readonly text: string;
  readonly at: number;
  /** Of the handset's own texts; null: the API does not know it yet. */
  readonly message: Message | null;
  /** What it came from, and in how many parts; null for the handset's own. */
  readonly received: HandsetMessage | null;
}

/** A text is looked for among those that came at most so long before it left (milliseconds): clocks may differ. */
const TOLERANCE_MS = 5_000;

/** What a handset sent and got, oldest first. What it has sent is shown at once, and by the API's account as soon as there is one. */
export const textsOnHandset = (
  own: { readonly number: string; readonly participant: string | null },
  messages: readonly Message[],
  pending: readonly PendingText[],
  inbox: readonly HandsetMessage[],
): readonly HandsetText[] => {
  const sent = messages.filter(({ sender }) => sender !== null && sender === own.participant);
  const unmatched = [...sent];
  const waiting = pending.filter(({ from, text, at }) => {
    if (from !== own.number) return false;
    const index = unmatched.findIndex(
      (message) => message.text === text && Date.parse(message.receivedAt) >= at - TOLERANCE_MS,
    );
    if (index < 0) return true;
    unmatched.splice(index, 1);
    return false;
  });
  const texts: readonly HandsetText[] = [
    ...sent.map((message) => ({
      id: message.id,
      isOwn: true,
      text: message.text ?? "",
      at: Date.parse(message.receivedAt),
      message,
      received: null,
    })),
    ...waiting.map(({ text, at }, index) => ({
      id: `waiting ${at} ${index}`,
      isOwn: true,
      text,
      at,
      message: null,
      received: null,
    })),
    ...inbox.map((received) => ({
      id: received.id,
      isOwn: false,
      text: received.text,
      at: Date.parse(received.receivedAt),
      message: null,
      received,
    })),
  ];
  return texts.toSorted((a, b) => a.at - b.at);
};

import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { SECOND_RULES } from "#test/simulation/settings.ts";
import { Broken } from "./broken.ts";
import type { Outbox } from "./outbox.ts";

/** A world is over long before the next one may be told, but it may begin shortly before the end of a span. */
const TOLD_MAX = 2;

const KINDS = [
  [/takes longer than usual/, "delayed"],
  [/has not arrived/, "not-delivered"],
] as const;

export interface WriterNoticesOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
}

/** Only writers are told how a text of theirs fares, seldom, and never that one is late that was just written. */
export const createWriterNotices = (outbox: Outbox, { now, epoch, skewMaxMs }: WriterNoticesOptions) => {
  const told = new Map<string, number>();
  return {
    /** Before it is known as one that is to be sent. */
    born: (message: OutboundMessage): void => {
      const [, kind] = KINDS.find(([words]) => words.test(message.text)) ?? [];
      if (kind === undefined || message.senderId !== null || outbox.get(message.id)) return;
      const key = `${kind} ${message.recipientId}`;
      told.set(key, (told.get(key) ?? 0) + 1);
      if (told.get(key)! > TOLD_MAX) throw new Broken("seldom told", `somebody is told again: ${kind}`);
      const own = [...outbox.all()].filter(
        ({ senderId, conversationId }) =>
          senderId === message.recipientId && conversationId === message.conversationId,
      );
      const writtenBefore =
        epoch + now() + 2 * skewMaxMs - (kind === "delayed" ? SECOND_RULES.delayNoticeAfterMs : 0);
      if (!own.some(({ receivedAt }) => receivedAt <= writtenBefore))
        throw new Broken("seldom told", `somebody is told of a text that they have not written: ${kind}`);
    },
  };
};

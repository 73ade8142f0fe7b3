import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { type InboundWrite, READ_AHEAD_MS } from "#core/ports/traffic.ts";
import { Broken } from "./broken.ts";
import { answerIn } from "./commands.ts";
import type { Outbox } from "./outbox.ts";
import type { PairMeaning } from "./pairs.ts";

/** To a confirmation: who has opted out says it, and `decisions.ts` looks at that. */
const NARROWING = "THIS";

export interface AnswersOptions {
  readonly outbox: Outbox;
  readonly epoch: number;
  readonly skewMaxMs: number;
}

/** Whose text somebody may be answering, by what has been written for them and when. */
export const createAnswers = ({ outbox, epoch, skewMaxMs }: AnswersOptions) => {
  const apart = 2 * skewMaxMs;

  /** Whether the last text may be one of ours, and whether it may be the other one's. */
  const lastTo = (participantId: string, conversationId: string, receivedAt: number) => {
    const written = outbox
      .recipient(participantId)
      .map((id) => outbox.get(id)!)
      .filter((message) => message.conversationId === conversationId);
    // What waits for other hours or its turn has not been read by anybody; where these are near, it may be taken for the last.
    const isHeld = (message: OutboundMessage): boolean =>
      message.hold !== undefined && message.receivedAt > receivedAt + apart;
    const all = written.filter((message) => !isHeld(message));
    const near = written.filter(
      (message) => isHeld(message) && message.receivedAt <= receivedAt + READ_AHEAD_MS + apart,
    );
    const from = receivedAt - epoch - apart;
    const before = all.filter(({ id }) => outbox.bornAt(id) < from);
    const newest = Math.max(...before.map((message) => message.receivedAt));
    const isLast = (message: OutboundMessage): boolean =>
      !before.includes(message) || message.receivedAt >= newest - apart;
    const last = [...all.filter(isLast), ...near];
    return {
      maybeOurs: last.some(({ senderId }) => senderId === null),
      maybeTheirs: before.length === 0 || last.some(({ senderId }) => senderId !== null),
    };
  };

  return {
    /**
     * A word that is a command as answer to us alone was taken for one, or was passed on. `asked`: who has sent what waits for a policy
     * now, and is no command any more.
     */
    mustFit: ({ inbound, decision, beside }: InboundWrite, asked: PairMeaning | null = null): void => {
      if (answerIn(inbound.text) === null || inbound.text === NARROWING) return;
      const isCommand = decision.kind === "command";
      const relayed = decision.kind === "relay" ? decision.message : asked;
      const way = isCommand ? decision.route : relayed;
      if (way === null) return;
      const { senderId, conversationId } = way;
      const { maybeOurs, maybeTheirs } = lastTo(senderId!, conversationId, inbound.receivedAt);
      if (isCommand && !maybeOurs)
        throw new Broken("as typed", "an answer to the other one was taken for one to us");
      if (!isCommand && !maybeTheirs) throw new Broken("as typed", "an answer to us was passed on");
      if (isCommand && beside) throw new Broken("as typed", "a command has two answers");
    },
  };
};

import type { InboundWrite } from "#core/ports/traffic.ts";
import type { Outbox } from "./outbox.ts";
import type { PairMeaning } from "./pairs.ts";

/** The judge's own form of the one reaction that people in these worlds send, and of what is told of it. */
const REACTION = /^Liked “(.*)”$/su;
const NEUTRAL = "Liked a message";

/** Of what we told somebody, at least so many texts are remembered. */
const TOLD = 20;

export interface ReactionsOptions {
  readonly outbox: Outbox;
  readonly epoch: number;
  readonly skewMaxMs: number;
}

/**
 * What may be relayed of a text: its words; but of a reaction to what we told its sender alone, nothing of what we said. Both where the
 * one told it may have crossed the reaction, or was long before.
 */
export const createReactions =
  ({ outbox, epoch, skewMaxMs }: ReactionsOptions) =>
  ({ inbound }: InboundWrite, { conversationId, senderId }: PairMeaning): readonly string[] => {
    const quotation = REACTION.exec(inbound.text)?.[1];
    if (quotation === undefined) return [inbound.text];
    const told = [...outbox.all()].filter(
      (each) =>
        each.senderId === null && each.conversationId === conversationId && each.recipientId === senderId,
    );
    const isQuoted = ({ text }: { readonly text: string }): boolean =>
      quotation.endsWith("…") ? text.startsWith(quotation.slice(0, -1)) : text === quotation;
    const before = inbound.receivedAt - epoch - 2 * skewMaxMs;
    const late = told.slice(-TOLD);
    if (late.some((each) => isQuoted(each) && outbox.bornAt(each.id) < before)) return [NEUTRAL];
    return told.some(isQuoted) ? [inbound.text, NEUTRAL] : [inbound.text];
  };

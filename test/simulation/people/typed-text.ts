import type { LinkKind } from "#core/domain/message.ts";

/** What a person has typed, and how the handset sends it. */
export interface TypedText {
  readonly id: number;
  readonly from: string;
  /** The sender's number as the network writes it this time. */
  readonly writtenFrom: string;
  readonly to: string;
  readonly words: string;
  /** What each SMS of it carries; one for a short text. */
  readonly parts: readonly string[];
  /** The part that gets lost before it reaches the carrier; null: all arrive. */
  readonly lost: number | null;
  /** Over which of the carrier's ways it reaches us. */
  readonly link: LinkKind;
}

/** One SMS of a text. */
export interface Sending {
  readonly text: TypedText;
  /** From 0. */
  readonly part: number;
}

/** The handset's counter of long texts, which all of its parts carry. */
export const referenceOf = ({ id }: TypedText): number => id % 256;

/** The carrier's own id of one SMS: webhooks carry it, deliver_sm does not. */
export const webhookKeyOf = ({ text, part }: Sending): string => `t${text.id}.${part}`;

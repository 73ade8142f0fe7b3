import type { LinkKind } from "#core/domain/link-kind.ts";

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
  /** The part that the carrier brings once more under another id; null: none. */
  readonly repeated: number | null;
  /** The handset's number for the text, which all of its parts carry. */
  readonly reference: number;
  /** Over which of the carrier's ways it reaches us. */
  readonly link: LinkKind;
}

/** One SMS of a text. */
export interface Sending {
  readonly text: TypedText;
  /** From 0. */
  readonly part: number;
  /** From 0; what the carrier brings once more under another id is another copy. */
  readonly copy: number;
}

/** The carrier's own id of one SMS: webhooks carry it, deliver_sm does not. */
export const webhookKeyOf = ({ text, part, copy }: Sending): string => `t${text.id}.${part}.${copy}`;

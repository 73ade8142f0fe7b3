import type { LinkKind } from "./link-kind.ts";
import type { Part } from "./part.ts";

/** What a handset sent us, as a carrier adapter hands it in. */
export interface InboundMessage {
  readonly id: string;
  /** Equal for two deliveries of the same message, different for two messages, however alike. */
  readonly key: string;
  /** The sender as the carrier names it: digits of an E.164 number, or letters. */
  readonly from: string;
  /** The number texted. */
  readonly to: string;
  readonly text: string;
  /** Present when this is one part of a longer text. */
  readonly part: Part | null;
  /** A picture or the like came with it, which is not passed on; `text` is what was written beside it. */
  readonly hasMedia?: boolean;
  readonly link: LinkKind;
  readonly receivedAt: number;
}

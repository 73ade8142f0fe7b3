import type { Conversation, FoundMessage, MessageSearch, VirtualNumber } from "./model.ts";

/** What somebody typed into the one box. */
export type Sought =
  | { readonly kind: "nothing" }
  | { readonly kind: "conversation" | "message" | "number" | "reference"; readonly value: string };

/** What was found of it so far; null: not answered yet. */
export interface Finding {
  readonly sought: Sought;
  readonly conversations: readonly Conversation[] | null;
  readonly messages: readonly FoundMessage[] | null;
  readonly nearMisses: MessageSearch["nearMisses"];
  readonly own: VirtualNumber | null;
}

const CONVERSATION = /^cnv_[0-9a-z]{26}$/;
const MESSAGE = /^msg_[0-9a-z]{26}$/;
/** As people write phone numbers: E.164 has 7 to 15 digits. */
const NUMBER = /^\+?[\d\s()./-]+$/;
const DIGITS_MIN = 7;
const DIGITS_MAX = 15;

/** Tells ids, numbers and references apart; what is none of the others is a reference of the caller's own. */
export const whatIs = (typed: string): Sought => {
  const value = typed.trim();
  if (value === "") return { kind: "nothing" };
  const lower = value.toLowerCase();
  if (CONVERSATION.test(lower)) return { kind: "conversation", value: lower };
  if (MESSAGE.test(lower)) return { kind: "message", value: lower };
  const digits = value.replace(/\D/g, "").length;
  if (NUMBER.test(value) && digits >= DIGITS_MIN && digits <= DIGITS_MAX) return { kind: "number", value };
  return { kind: "reference", value };
};

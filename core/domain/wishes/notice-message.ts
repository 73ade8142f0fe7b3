import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import { noticeOf } from "./notice-language.ts";
import type { NoticeKind } from "./notices.ts";
import type { Language } from "./wish.ts";

export interface NoticeParameters {
  readonly notice: NoticeKind;
  /** Of the word that was said. */
  readonly language: Language | null;
  /** Of the text that it answers. */
  readonly route: Route;
  readonly inbound: InboundMessage;
  readonly rules: Rules;
  readonly now: number;
  readonly id: string;
}

/** What we say to whoever wrote a text, from the number that was texted. */
export const noticeTo = ({
  notice,
  language,
  route,
  inbound,
  rules,
  now,
  id,
}: NoticeParameters): OutboundMessage => ({
  id,
  conversationId: route.conversationId,
  senderId: null,
  recipientId: route.senderId,
  priority: "system",
  source: route.virtualNumber,
  destination: route.sender,
  text: noticeOf(notice, language, route.sender, rules),
  receivedAt: inbound.receivedAt,
  expiresAt: now + rules.messageTtlMs,
});

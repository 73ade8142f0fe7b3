import type { Beside } from "#core/domain/beside.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import { noticeOf } from "./notice-language.ts";
import { noticeTo } from "./notice-message.ts";
import type { NoticeKind } from "./notices.ts";
import { LANGUAGES, type Language, type Wish } from "./wish.ts";

export interface AsideParameters {
  readonly wish: Wish;
  readonly inbound: InboundMessage;
  readonly route: Route;
  readonly rules: Rules;
  readonly serviceId: string | null;
  /** What we have told the writer lately. */
  readonly told: readonly string[];
  readonly now: number;
  readonly nextId: () => string;
}

/** What is said and told of a text that is passed on: help, or how to stop. Null: nothing, as of nearly all texts. */
export const asideOf = (parameters: AsideParameters): Beside | null => {
  const { wish, route } = parameters;
  // Whoever wants no texts is not told either.
  const mayBeTold = route.senderWishes.optedOutBy === null;
  switch (wish.kind) {
    case "help":
      return mayBeTold ? { notice: said("help", wish.language, parameters), events: [] } : null;
    case "hint": {
      const events = wish.reason === "wrong-number" ? [wrongNumber(parameters)] : [];
      // breakage: hint-each-time
      const isDue = mayBeTold && !wasHinted(parameters);
      const notice = isDue ? said("hint", wish.language, parameters) : null;
      return notice === null && events.length === 0 ? null : { notice, events };
    }
    default:
      return null;
  }
};

const said = (
  notice: NoticeKind,
  language: Language | null,
  { inbound, route, rules, now, nextId }: AsideParameters,
) => noticeTo({ notice, language, route, inbound, rules, now, id: nextId() });

const wasHinted = ({ told, route, rules }: AsideParameters): boolean =>
  LANGUAGES.some((language) => told.includes(noticeOf("hint", language, route.sender, rules)));

const wrongNumber = ({ inbound, route, serviceId }: AsideParameters): NewEvent => ({
  type: "participant.wrong-number",
  subject: route.senderId,
  data: { conversationId: route.conversationId },
  serviceId,
  at: inbound.receivedAt,
});

/** Somebody has reported the other one. */
export const reported = (inbound: InboundMessage, route: Route, serviceId: string | null): Beside => ({
  notice: null,
  events: [
    {
      type: "participant.reported",
      subject: route.recipientId,
      data: { conversationId: route.conversationId, reporterId: route.senderId },
      serviceId,
      at: inbound.receivedAt,
    },
  ],
});

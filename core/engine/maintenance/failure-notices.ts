import type { LoggedEvent } from "#core/domain/event.ts";
import { type Rules, rulesByService } from "#core/domain/service-rules.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Events } from "#core/ports/events.ts";
import type { Services } from "#core/ports/services.ts";
import { noticeToWriter } from "./writer-notice.ts";

export interface FailureNoticePorts {
  readonly events: Pick<Events, "read" | "placeAt">;
  readonly conversations: Pick<Conversations, "get" | "addMessages">;
  readonly services: Pick<Services, "current">;
}

/** Tells writers that a text of theirs has not arrived, where the service wants that. */
export interface FailureNotices {
  tell(now: number): Promise<void>;
}

/** A process that starts looks back so far: what it tells once more is known by its id. */
const LOOK_BACK_MS = 10 * 60_000;
const EVENTS_AT_ONCE = 100;

/**
 * Follows the log. Every process does, and writes the same notices under the same ids, so that each is sent once, also where a process
 * is lost. Nothing is read while no service wants it.
 */
export const createFailureNotices = (
  { events, conversations, services }: FailureNoticePorts,
  settings: { readonly messageTtlMs: number },
): FailureNotices => {
  const rulesOf = rulesByService(settings);
  let place: string | null = null;

  const tellOf = async (event: LoggedEvent, rules: Rules, now: number): Promise<void> => {
    // What the platform sends fails to nobody who would wonder.
    if (event.type !== "message.failed" || event.data.senderId === null) return;
    const { conversationId, senderId } = event.data;
    const conversation = conversationId === null ? null : await conversations.get(conversationId);
    if (!conversation) return;
    const about = { kind: "not-delivered", writerId: senderId, at: event.at } as const;
    const notice = noticeToWriter(conversation, about, rules, now, now + rules.messageTtlMs);
    // Refused where they want no texts, and known where they have been told.
    if (notice) await conversations.addMessages(conversation.id, [notice]);
  };

  return {
    tell: async (now) => {
      const known = await services.current();
      const telling = new Map(
        [...known]
          .map(([id, service]) => [id, rulesOf(service)] as const)
          .filter(([, { notDelivered }]) => notDelivered),
      );
      // breakage: never-tell-of-failures
      if (telling.size === 0) {
        place = null;
        return;
      }
      place ??= await events.placeAt(now - LOOK_BACK_MS);
      for (;;) {
        const page = await events.read({ after: place, types: ["message.failed"], limit: EVENTS_AT_ONCE });
        if (page.kind !== "page") {
          place = page.kind === "expired" ? page.oldest : null;
          return;
        }
        for (const event of page.items) {
          const rules = telling.get(event.serviceId ?? "");
          if (rules) await tellOf(event, rules, now);
        }
        place = page.next;
        if (page.isLast) return;
      }
    },
  };
};

import type { Conversation } from "#core/domain/conversation.ts";
import { introTo, type NewParticipant, revealed } from "#core/domain/opening.ts";
import { isRemembered, REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { segmentsIn } from "#core/domain/segments.ts";
import { noticeId } from "#core/domain/wishes/notice-id.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { RulesOf } from "#core/ports/services.ts";
import { NO_CAP, type Spending } from "#core/ports/spending.ts";

export interface IntroduceAgainPorts {
  readonly conversations: Pick<Conversations, "silent" | "addMessages">;
  readonly clock: Pick<Clock, "now">;
  readonly rulesOf: RulesOf;
  readonly reassignAfterMs?: number;
  /** What intros may cost; absent: anything. */
  readonly spending?: Spending;
}

/** Between two introductions of the same conversation to somebody, whatever is set: an app may join the same two several times a day. */
const AGAIN_AFTER_MIN_MS = 86_400_000;

/**
 * The platform joins two who have a conversation: whoever of them has been silent for so long that somebody else may have the number by now
 * is told whom it is with, as at first. Once in each span of that time, also when nothing comes back.
 */
export const introduceAgain =
  ({
    conversations,
    clock,
    rulesOf,
    reassignAfterMs = REASSIGN_AFTER_MS,
    spending = NO_CAP,
  }: IntroduceAgainPorts) =>
  async (
    { id, serviceId, openedAt, participants }: Conversation,
    people: readonly [NewParticipant, NewParticipant],
  ): Promise<void> => {
    const now = clock.now();
    if (isRemembered({ openedAt, heardAt: null }, now, reassignAfterMs)) return;
    const silent = await conversations.silent(id, now - reassignAfterMs);
    const { messageTtlMs } = await rulesOf(serviceId);
    const span = Math.max(reassignAfterMs, AGAIN_AFTER_MIN_MS);
    // Words that would show one of the two the other's number are not used.
    const isShowing = revealed(people) !== null;
    for (const to of [0, 1] as const) {
      const recipient = participants[to];
      if (!silent.includes(recipient.id)) continue;
      const person = people.find(({ number }) => number === recipient.number);
      const intro = introTo(participants, to, isShowing ? null : (person?.intro ?? null), {
        ...{ id: noticeId("intro", recipient.id, now, span), conversationId: id, now, messageTtlMs },
      });
      // Whoever wants no texts gets none, nor does anybody beyond the cap of a day, and the conversation is reused all the same.
      await spending.spend(
        { serviceId, segments: segmentsIn([intro]), country: recipient.country },
        () => conversations.addMessages(id, [intro]),
        (outcome) => outcome === "added",
      );
    }
  };

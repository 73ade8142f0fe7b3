import { isUnreachable, OUT_OF_USE_CODES } from "#core/domain/unreachable.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations, Failing, FailingRecipient } from "#core/ports/conversations.ts";
import type { Events } from "#core/ports/events.ts";

/** Looked at once more: a receipt may be written late, and a process have died. */
const OVERLAP_MS = 10 * 60_000;
const PAGE = 500;
/** At most, in one look. */
const PAGES_MAX = 100;

/**
 * Tells of participants whose numbers seem to be in nobody's use, once each. Several processes may do so at once. Nothing is kept from them:
 * the app decides, which may know better.
 */
export const tellUnreachable = ({
  conversations,
  events,
  clock,
}: {
  readonly conversations: Pick<Conversations, "failing">;
  readonly events: Pick<Events, "tellChanges">;
  readonly clock: Pick<Clock, "now">;
}) => {
  let lookedAt: number | null = null;

  const tellOf = async (failing: readonly FailingRecipient[], at: number): Promise<void> => {
    const changes = failing
      .filter(({ last, heardAt }) => isUnreachable(last, heardAt))
      .map(({ participantId, conversationId, serviceId }) => ({
        of: `participant ${participantId}`,
        state: "unreachable",
        event: {
          ...({ type: "participant.unreachable", subject: participantId } as const),
          ...{ data: { conversationId }, serviceId, at },
        },
      }));
    if (changes.length > 0) await events.tellChanges(changes);
  };

  return async (): Promise<void> => {
    const now = clock.now();
    const since = Math.min(lookedAt ?? now, now) - OVERLAP_MS;
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = { codes: OUT_OF_USE_CODES, since, after, limit: PAGE };
      const { items, next }: Failing = await conversations.failing(query);
      await tellOf(items, now);
      after = next;
      if (next === null) break;
    }
    lookedAt = now;
  };
};

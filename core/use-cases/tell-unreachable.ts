import { isUnreachable, OUT_OF_USE_CODES } from "#core/domain/unreachable.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Events } from "#core/ports/events.ts";

/** Looked at once more: a receipt may be written late, and a process have died. */
const OVERLAP_MS = 10 * 60_000;
const LIMIT = 500;

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
  return async (): Promise<void> => {
    const now = clock.now();
    const since = Math.min(lookedAt ?? now, now) - OVERLAP_MS;
    const failing = await conversations.failing({ codes: OUT_OF_USE_CODES, since, limit: LIMIT });
    const changes = failing
      .filter(({ last, heardAt }) => isUnreachable(last, heardAt))
      .map(({ participantId, conversationId, serviceId }) => ({
        of: `participant ${participantId}`,
        state: "unreachable",
        event: {
          ...({ type: "participant.unreachable", subject: participantId } as const),
          ...{ data: { conversationId }, serviceId, at: now },
        },
      }));
    if (changes.length > 0) await events.tellChanges(changes);
    lookedAt = now;
  };
};

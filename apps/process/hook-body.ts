import { conversationId, participantId } from "#apps/api/public-ids.ts";
import type { AskedText } from "#core/ports/policy.ts";

/** What a hook is told of a text: what it says, and no real number but of somebody whom no conversation knows. */
export const hookBody = (asked: AskedText): string => {
  const { hook, receivedAt, service, from, virtualNumber, text } = asked;
  const people = { senderId: shown(asked.senderId), recipientId: shown(asked.recipientId) };
  return JSON.stringify({
    type: `hook.${hook}`,
    timestamp: new Date(receivedAt).toISOString(),
    data: {
      service,
      conversationId: asked.conversationId && conversationId(asked.conversationId),
      ...(hook === "before-relay" ? people : { from: `+${from}` }),
      virtualNumber: `+${virtualNumber}`,
      text,
    },
  });
};

const shown = (id: string | null): string | null => id && participantId(id);

import { conversationId, participantId } from "#apps/api/public-ids.ts";
import type { AskedText } from "#core/ports/policy.ts";

/** What a hook is told of a text: what it says, and no real number. */
export const hookBody = ({ receivedAt, service, virtualNumber, text, ...ids }: AskedText): string =>
  JSON.stringify({
    type: "hook.before-relay",
    timestamp: new Date(receivedAt).toISOString(),
    data: {
      service,
      conversationId: conversationId(ids.conversationId),
      senderId: ids.senderId && participantId(ids.senderId),
      recipientId: ids.recipientId && participantId(ids.recipientId),
      virtualNumber: `+${virtualNumber}`,
      text,
    },
  });

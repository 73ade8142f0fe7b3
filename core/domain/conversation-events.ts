import { CLOSE_REASON, type Conversation, endOf } from "./conversation.ts";
import type { NewEvent } from "./event.ts";

type Closed = Pick<
  Conversation,
  "id" | "serviceId" | "openedAt" | "expiresAt" | "idleTtlMs" | "lastMessageAt" | "version"
>;

export const openedEvent = ({ id, serviceId, openedAt, version }: Closed): NewEvent => ({
  type: "conversation.opened",
  subject: id,
  data: { version },
  serviceId,
  at: openedAt,
});

/**
 * That a conversation has ended: by itself, if its time was over and the reason says so. The reason of a request stays behind, as it is in
 * the caller's own words.
 */
export const closedEvent = (conversation: Closed, reason: string, at: number): NewEvent => {
  const { id: subject, serviceId, version } = conversation;
  const end = endOf(conversation);
  const isByItself = end !== null && end.at <= at;
  if (isByItself && (reason === CLOSE_REASON.expired || reason === CLOSE_REASON.idle))
    return { type: "conversation.expired", subject, data: { version, reason }, serviceId, at };
  return { type: "conversation.closed", subject, data: { version }, serviceId, at };
};

export const swappedEvent = (
  { id, serviceId, version }: Pick<Conversation, "id" | "serviceId" | "version">,
  { leftId, joinedId, at }: { readonly leftId: string; readonly joinedId: string; readonly at: number },
): NewEvent => ({
  type: "conversation.swapped",
  subject: id,
  data: { version, leftId, joinedId },
  serviceId,
  at,
});

import type { Conversation } from "#core/domain/conversation.ts";
import type { Closing } from "#core/ports/conversations.ts";
import { quarantineOf } from "#test/simulation/settings.ts";
import { Broken } from "./broken.ts";

/** Nothing is closed before its time, and whatever closes leaves its pairs in quarantine. */
export const mustCloseRightly = (
  { at, reason, quarantinedUntil }: Closing,
  { closedAt, closeReason, expiresAt, idleTtlMs, openedAt, serviceId }: Conversation,
  lastTextAt: number | null,
): void => {
  if (closedAt !== at || closeReason !== reason) return;
  if (quarantinedUntil !== at + quarantineOf(serviceId))
    throw new Broken("never a stranger", "a conversation was closed without its quarantine");
  if (reason === "expired" && (expiresAt === null || expiresAt > at))
    throw new Broken("closed in time", "a conversation expired before its time");
  if (reason !== "idle") return;
  if (idleTtlMs === null || (lastTextAt ?? openedAt) + idleTtlMs > at)
    throw new Broken("closed in time", "a conversation was called idle although somebody had texted");
};

import type { Msisdn } from "./msisdn.ts";
import type { GeoMatch } from "./number-pool.ts";

/** One of the two people in a conversation. Ids are UUIDs; they become TypeIDs only at the edge. */
export interface Participant {
  readonly id: string;
  /** The real number: shown to the platform, never to the other participant. */
  readonly number: Msisdn;
  readonly name: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Calling code and the three digits after it. */
  readonly areaPrefix: string;
  /** Where they are, as the platform knows it: a time zone of the IANA database. */
  readonly timeZone?: string | undefined;
  /** Stands for this participant: the other one sees it and texts it. */
  readonly virtualNumber: Msisdn;
}

/** One who took part until somebody else took their place. */
export interface FormerParticipant extends Participant {
  readonly leftAt: number;
}

export type Participants = readonly [Participant, Participant];

/** Two participants joined for a while. Times are milliseconds since the epoch. */
export interface Conversation {
  readonly id: string;
  /** Grows by one with each change, from 1. Texts do not count. */
  readonly version: number;
  readonly serviceId: string;
  /** The caller's own id, unique among the open conversations of the service. */
  readonly reference: string | null;
  readonly participants: Participants;
  /** Those who were replaced, in the order in which they left. */
  readonly former: readonly FormerParticipant[];
  readonly geoMatch: GeoMatch;
  readonly sticky: boolean;
  readonly openedAt: number;
  readonly expiresAt: number | null;
  /** Closes when nobody has texted for this long, in milliseconds. */
  readonly idleTtlMs: number | null;
  readonly lastMessageAt: number | null;
  readonly closedAt: number | null;
  readonly closeReason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Something of it is damaged in storage, or sealed with a key that we lack: it shows as null or empty here, the number of a participant
   * too. Such a conversation can be shown and closed, and nothing else.
   */
  readonly unreadable?: true;
}

/** A conversation as a change leaves it: with the next version, unless it says what is so already. */
export const patched = (conversation: Conversation, change: Partial<Conversation>): Conversation => {
  const before = JSON.stringify(conversation);
  const after = { ...conversation, ...change };
  return JSON.stringify(after) === before ? conversation : { ...after, version: conversation.version + 1 };
};

/** Why a conversation ended when nobody asked for it. */
export const CLOSE_REASON = {
  requested: "requested",
  expired: "expired",
  idle: "idle",
  erased: "erased",
  reassigned: "reassigned",
} as const;

/** The one that is talked to. */
export const counterpart = (participants: Participants, id: string): Participant | null => {
  const [a, b] = participants;
  return a.id === id ? b : b.id === id ? a : null;
};

/**
 * When an open conversation is to be closed by itself, and why; null when it is not to be. A text may seem older than the opening, where
 * the clocks of two processes differ.
 */
export const endOf = (
  conversation: Pick<Conversation, "openedAt" | "expiresAt" | "idleTtlMs" | "lastMessageAt">,
): { readonly at: number; readonly reason: "expired" | "idle" } | null => {
  const { openedAt, expiresAt, idleTtlMs, lastMessageAt } = conversation;
  const idleAt = idleTtlMs === null ? null : Math.max(openedAt, lastMessageAt ?? openedAt) + idleTtlMs;
  if (expiresAt !== null && (idleAt === null || expiresAt <= idleAt))
    return { at: expiresAt, reason: "expired" };
  return idleAt === null ? null : { at: idleAt, reason: "idle" };
};

/** What is said at most once in a span; each has ids of its own. */
const KINDS = { "not-delivered": 0, delayed: 1, intro: 2 } as const;

/**
 * The id of what is said of a kind to a participant in the span of an instant, the same whoever says it: a UUIDv7 of the beginning of the
 * span, with what tells the participant (a UUID) from others. What is added twice under it is sent once. `spanMs`: more than a second.
 */
export const noticeId = (
  kind: keyof typeof KINDS,
  participantId: string,
  at: number,
  spanMs: number,
): string => {
  const since = Math.floor(at / spanMs) * spanMs + KINDS[kind];
  const hex = since.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}${participantId.slice(13)}`;
};

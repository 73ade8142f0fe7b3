/** Of the published description. */
export const HOLD = {
  id: "hld_01kf0t4k00e00800000000000a",
  conversationId: "cnv_01kf0t4k00e00800000000000a",
  person: null,
  reason: "Request of the police",
  placedBy: "shop",
  placedAt: "2026-01-15T12:00:00.000Z",
  until: "2026-07-15T12:00:00.000Z",
  releasedAt: null,
} as const;

/** Of the published description. */
export const REPORT = {
  id: "rep_01kf0t4k00e00800000000000a",
  service: "default",
  conversationId: "cnv_01kf0t4k00e00800000000000a",
  reporter: "par_01kf0t4k00e00800000000000b",
  reported: "par_01kf0t4k00e00800000000000c",
  at: "2026-01-15T12:00:00.000Z",
  holdId: "hld_01kf0t4k00e00800000000000a",
} as const;

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

export const CERTIFICATE = {
  version: 1,
  id: "ers_01kf0t4k00e00800000000000a",
  person: "5f2b8c1d9e7a4b3c8d6e5f4a3b2c1d0e",
  requestedBy: "shop",
  requestId: "019bc1a2-4c00-7000-8000-0123456789ab",
  requestedAt: "2026-01-15T12:00:00.000Z",
  completedAt: "2026-01-15T12:00:01.000Z",
  tool: "sms-proxy 0.1.0",
  method: "Rows that name the person were deleted or overwritten",
  counts: { conversation: 3, message: 41, participant: 3 },
  kept: [
    {
      what: "opt-outs",
      count: 1,
      why: "Without it the wish could not be honoured: as a keyed digest alone",
      until: null,
    },
  ],
  remaining: 0,
  backups: "Copies of the database that were made before hold the person until they are destroyed",
  audit: { position: 118, hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
  keyId: "3dba97edb866520d",
  signature: "O39+rvBdAH9G1qtPGsGfBAkGYYkjUR308U/WEYw7rqs5m7A/KRH0c5f8dh1xf5549509IYIEN59/sHlCAAr0Dg==",
};

export const ERASURE = {
  id: CERTIFICATE.id,
  person: CERTIFICATE.person,
  state: "completed",
  requestedBy: CERTIFICATE.requestedBy,
  requestedAt: CERTIFICATE.requestedAt,
  certificate: CERTIFICATE,
};

export const EXPORT = {
  number: "+447700900123",
  at: "2026-01-15T12:00:00.000Z",
  conversations: [
    {
      id: "cnv_01kf0t4k00e00800000000000a",
      service: "default",
      openedAt: "2026-01-15T10:00:00.000Z",
      closedAt: null,
    },
  ],
  texts: [
    {
      id: "msg_01kf0t4k00e00800000000000d",
      conversationId: "cnv_01kf0t4k00e00800000000000a",
      texted: "+447700900001",
      text: "I am at the door",
      state: "delivered",
      receivedAt: "2026-01-15T10:05:00.000Z",
      sentAt: "2026-01-15T10:05:00.100Z",
      finalAt: "2026-01-15T10:05:02.000Z",
    },
  ],
  wishes: [
    {
      service: "default",
      kind: "stop",
      at: "2026-01-15T11:00:00.000Z",
      source: "text",
      word: "stop",
      scope: "service",
    },
  ],
  isCut: false,
};

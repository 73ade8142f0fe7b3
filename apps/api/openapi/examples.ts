/** One of everything, from ranges of numbers that are kept for fiction; a test parses each by its schema. */
const CONVERSATION_ID = "cnv_01h455vb4pex5vsknk084sn02q";
const ANN = "par_01h455vb4pex5vsknk084sn02r";
const BEN = "par_01h455vb4pex5vsknk084sn02s";

export const CONVERSATION = {
  id: CONVERSATION_ID,
  service: "default",
  reference: "order-1042",
  version: 1,
  state: "open",
  participants: [
    { id: ANN, name: "Ann", number: "+447700900123", country: "GB", virtualNumber: "+447700900001" },
    { id: BEN, name: "Ben", number: "+447700900456", country: "GB", virtualNumber: "+447700900002" },
  ],
  formerParticipants: [],
  openedAt: "2026-01-31T12:00:00.000Z",
  expiresAt: "2026-02-01T12:00:00.000Z",
  idleTtl: "2h",
  lastMessageAt: null,
  closedAt: null,
  closeReason: null,
  metadata: { city: "London" },
} as const;

export const MESSAGE = {
  id: "msg_01h455vb4pex5vsknk084sn02t",
  conversationId: CONVERSATION_ID,
  sender: ANN,
  recipient: BEN,
  text: "I am at the door",
  state: "delivered",
  link: "smpp",
  segments: 1,
  attempts: 1,
  carrierMessageIds: ["0A1B2C3D"],
  failure: null,
  retryOf: null,
  retriedAs: null,
  receivedAt: "2026-01-31T12:03:00.000Z",
  queuedAt: "2026-01-31T12:03:00.004Z",
  sentAt: "2026-01-31T12:03:00.051Z",
  finalAt: "2026-01-31T12:03:01.700Z",
} as const;

export const RETRIED = {
  since: "2026-01-30T12:34:56.000Z",
  ...{ found: 3, retried: 2 },
  refused: [{ reason: "closed", count: 1 }],
  next: null,
} as const;

export const SERVICE = {
  id: "svc_01h455vb4pex5vsknk084sn02v",
  slug: "rides",
  name: "City Rides",
  version: 1,
  rules: { quarantine: "14d", language: "de" },
  createdAt: "2026-01-02T09:00:00.000Z",
} as const;

export const NUMBER = {
  number: "+447700900001",
  service: "default",
  country: "GB",
  features: ["SMS"],
  state: "active",
  liveRoutes: 12,
  quarantinedRoutes: 3,
  addedAt: "2026-01-02T09:00:00.000Z",
} as const;

export const POOL = {
  service: "default",
  country: "GB",
  numbers: { active: 40, draining: 2, reserved: 0 },
  liveRoutes: 812,
  quarantinedRoutes: 95,
  minimum: 17,
  boundBy: ANN,
  headRoom: 23,
} as const;

export const AVAILABLE = {
  number: "+447700900077",
  country: "GB",
  features: ["SMS", "VOICE"],
  monthlyCost: "1.25",
} as const;

export const FAILURE_OF_CODE = {
  code: "smpp-0x0a",
  meaning: "The carrier does not accept the virtual number as the sender (invalid source address)",
  advice: "Check that your carrier account holds the number and that it may send texts to that country",
  count: 17,
  lastAt: "2026-01-31T12:34:56.000Z",
  numbers: [{ number: "+447700900001", count: 17 }],
} as const;

export const LINK_SETTING = {
  name: "smpp-1",
  kind: "smpp",
  paused: true,
  window: 20,
  rate: null,
  restarts: 0,
  version: 3,
  changedAt: "2026-01-31T08:00:00.000Z",
  changedBy: "ops",
} as const;

export const LINK = {
  name: "smpp-1",
  kind: "smpp",
  direction: "transceiver",
  process: "gateway-9f3b12c4",
  state: "up",
  reason: null,
  since: "2026-01-31T08:00:00.000Z",
  nextAttemptAt: null,
  inFlight: 3,
  window: 10,
  rate: 30,
  sent: 51_230,
  throttled: 4,
  setting: null,
} as const;

export const OPT_OUT = {
  number: "+447700900456",
  since: "2026-01-31T13:00:00.000Z",
  source: "text",
  word: "STOP",
  scope: "service",
  virtualNumber: "+447700900001",
} as const;

export const EXPLANATION = {
  outcome: "relay",
  reason: null,
  command: null,
  conversationId: CONVERSATION_ID,
  sender: ANN,
  recipient: BEN,
  recipientNumber: "+447700900456",
  shownNumber: "+447700900001",
  since: null,
  until: null,
} as const;

export const OPENING = {
  participants: [
    { number: "+447700900123", name: "Ann" },
    { number: "+447700900456", name: "Ben" },
  ],
  reference: "order-1042",
  ttl: "24h",
  idleTtl: "2h",
  metadata: { city: "London" },
} as const;

export const BLOCK = {
  id: "blk_01h455vb4pex5vsknk084sn02w",
  service: "default",
  conversationId: "cnv_01h455vb4pex5vsknk084sn02q",
  blocker: "par_01h455vb4pex5vsknk084sn02r",
  blocked: "par_01h455vb4pex5vsknk084sn02s",
  since: "2026-01-31T12:00:00.000Z",
  word: "block",
  virtualNumber: "+447700900001",
};

import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import type { Conversation, Participant, Participants } from "#core/domain/conversation.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Opening } from "#core/domain/opening.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import { type Route, routesOf } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Swap } from "#core/ports/conversations.ts";
import type { NewNumber } from "#core/ports/numbers.ts";
import type { Accepted, Batch, InboundWrite, PartSet, RequeuedMessage } from "#core/ports/traffic.ts";

/** The instant about which the builders' values lie. */
export const NOON = Date.UTC(2026, 0, 15, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * 3_600 * SECOND;

/** In the past and in the future of any clock that an adapter may have. */
export const LONG_AGO = Date.UTC(2001, 0, 1);
export const FAR_OFF = Date.UTC(2100, 0, 1);

const ids = memoryIds({ clock: memoryClock(NOON) });

/** Later ids sort after earlier ones, over all tests of a file. */
export const freshId = (): string => ids.next();

/** A fresh id that was made at that instant. */
export const freshIdAt = (ms: number): string => {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}${freshId().slice(13)}`;
};

let phones = 0;

/** A number that nobody in this test file has had yet. */
export const freshNumber = (): Msisdn => {
  phones += 1;
  return `447700${String(phones).padStart(6, "0")}` as Msisdn;
};

export const aNumber = (number: Msisdn = freshNumber(), change: Partial<NewNumber> = {}): NewNumber => ({
  number,
  serviceId: DEFAULT_SERVICE_ID,
  country: "GB",
  features: ["SMS"],
  at: NOON,
  ...change,
});

/** Somebody for whom `virtualNumber` stands. */
export const aParticipant = (virtualNumber: Msisdn, change: Partial<Participant> = {}): Participant => ({
  id: freshId(),
  number: freshNumber(),
  name: null,
  country: "GB",
  areaPrefix: "44770",
  virtualNumber,
  ...change,
});

export const aConversation = (
  participants: Participants,
  change: Partial<Conversation> = {},
): Conversation => ({
  id: freshId(),
  version: 1,
  serviceId: DEFAULT_SERVICE_ID,
  reference: null,
  participants,
  former: [],
  geoMatch: "country",
  sticky: true,
  openedAt: NOON,
  expiresAt: null,
  idleTtlMs: null,
  lastMessageAt: null,
  closedAt: null,
  closeReason: null,
  metadata: {},
  ...change,
});

export const openingOf = (conversation: Conversation, intros: readonly OutboundMessage[] = []): Opening => ({
  conversation,
  routes: routesOf(conversation.id, conversation.participants),
  intros,
});

/** `joining` takes the place and the virtual number of the participant who leaves. */
export const swapOf = (
  conversation: Conversation,
  leavingId: string,
  joining: Participant,
  change: Partial<Swap> = {},
): Swap => {
  const [a, b] = conversation.participants;
  const staying = a.id === leavingId ? b : a;
  const participants: Participants = a.id === leavingId ? [joining, b] : [a, joining];
  return {
    conversationId: conversation.id,
    leaving: leavingId,
    joining,
    staying,
    routes: routesOf(conversation.id, participants),
    intros: [],
    at: NOON + DAY,
    quarantinedUntil: FAR_OFF,
    ...change,
  };
};

export const anInbound = (from: string, to: string, change: Partial<InboundMessage> = {}): InboundMessage => {
  const id = freshId();
  return {
    id,
    key: `key-${id}`,
    from,
    to,
    text: "On my way",
    part: null,
    link: "http",
    receivedAt: NOON,
    ...change,
  };
};

/** What the sender of a route has texted. */
export const anInboundOn = (route: Route, change: Partial<InboundMessage> = {}): InboundMessage =>
  anInbound(route.sender, route.virtualNumber, change);

export const relayOf = (
  route: Route,
  inbound: InboundMessage,
  change: Partial<OutboundMessage> = {},
): OutboundMessage => ({
  id: inbound.id,
  conversationId: route.conversationId,
  senderId: route.senderId,
  recipientId: route.recipientId,
  priority: "relay",
  source: route.source,
  destination: route.recipient,
  text: inbound.text,
  receivedAt: inbound.receivedAt,
  expiresAt: inbound.receivedAt + DAY,
  ...change,
});

/** A message of ours to the sender of a route, such as an intro or the answer to a command. */
export const aNoticeTo = (route: Route, change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: freshId(),
  conversationId: route.conversationId,
  senderId: null,
  recipientId: route.senderId,
  priority: "system",
  source: route.virtualNumber,
  destination: route.sender,
  text: "You will get no more texts from us",
  receivedAt: NOON,
  expiresAt: NOON + DAY,
  ...change,
});

export const relayWrite = (
  route: Route,
  { own = false, joins = [] as readonly string[], inbound = anInboundOn(route) } = {},
): InboundWrite => ({
  inbound,
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: route.version,
  decision: { kind: "relay", message: relayOf(route, inbound), own },
  joins,
});

export const waitWrite = (inbound: InboundMessage): InboundWrite => ({
  inbound,
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: null,
  decision: { kind: "wait", set: setOf(inbound) },
  joins: [],
});

export const askWrite = (
  inbound: InboundMessage,
  conversationId: string,
  joins: readonly string[] = [],
): InboundWrite => ({
  inbound,
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: null,
  decision: { kind: "ask", conversationId },
  joins,
});

export const setOf = ({ from, to, part }: InboundMessage): PartSet => {
  if (part === null) throw new Error("Cannot name the set of a text that came in one piece");
  return { from, to, reference: part.reference, total: part.total };
};

export const aBatch = (dispatcher: string, change: Partial<Omit<Batch, "dispatcher">> = {}): Batch => ({
  dispatcher,
  inbound: [],
  accepted: [],
  requeued: [],
  outcomes: [],
  receipts: [],
  ...change,
});

export const acceptanceOf = (messageId: string, change: Partial<Accepted> = {}): Accepted => ({
  messageId,
  part: 0,
  parts: 1,
  carrierId: `carrier-${messageId}`,
  link: "smpp",
  attempts: 1,
  at: NOON + SECOND,
  ...change,
});

export const requeuedOf = (
  message: OutboundMessage,
  change: Partial<RequeuedMessage> = {},
): RequeuedMessage => ({
  message,
  dueAt: message.receivedAt,
  attempts: 1,
  answerLost: false,
  ...change,
});

export const aReceipt = (carrierId: string, change: Partial<FinalReceipt> = {}): FinalReceipt => ({
  carrierIds: [carrierId],
  state: "delivered",
  failure: null,
  at: NOON + 2 * SECOND,
  ...change,
});

/** A fresh id of which the thread lies in this partition, 0 to 63. */
export const freshIdIn = (partition: number): string =>
  freshId().slice(0, -2) + partition.toString(16).padStart(2, "0");

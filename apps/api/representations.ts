import type { Conversation, Participant } from "#core/domain/conversation.ts";
import { formatDuration } from "#core/domain/duration.ts";
import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { Service } from "#core/domain/service.ts";
import type { FoundMessage } from "#core/ports/conversations.ts";
import type { OfferedNumber } from "#core/ports/number-market.ts";
import type { VirtualNumber } from "#core/ports/numbers.ts";
import type { ListedOptOut, OptOut } from "#core/ports/opt-outs.ts";
import type { PairBlock } from "#core/ports/pair-blocks.ts";
import type { ListedLink } from "#core/use-cases/list-links.ts";
import type { NearMiss } from "#core/use-cases/search-messages.ts";
import type { NameOfService } from "#core/use-cases/service-names.ts";
import { maskNumber } from "./console/mask-numbers.ts";
import { blockId, conversationId, messageId, participantId, serviceId, serviceName } from "./public-ids.ts";
import { showServiceRules } from "./service-rules.ts";

/** How the API shows things: numbers in E.164 with a plus, times as RFC 3339 in UTC, durations such as `2h`. */
export const showTime = (ms: number): string => new Date(ms).toISOString();

const optional = <T, U>(value: T | null, show: (value: T) => U): U | null =>
  value === null ? null : show(value);

const showParticipant = ({ id, name, number, country, virtualNumber, timeZone }: Participant) => ({
  id: participantId(id),
  name,
  // Empty when it is unreadable.
  number: number === "" ? null : formatMsisdn(number),
  country,
  virtualNumber: formatMsisdn(virtualNumber),
  ...(timeZone !== undefined && { timeZone }),
});

/** What is stored of it is damaged, or sealed with a key that this process lacks: what is missing shows as null. */
const UNREADABLE = { unreadable: true } as const;

export const showConversation = (nameOf: NameOfService) => (conversation: Conversation) => ({
  id: conversationId(conversation.id),
  service: serviceName(conversation.serviceId, nameOf),
  reference: conversation.reference,
  version: conversation.version,
  state: conversation.closedAt === null ? "open" : "closed",
  participants: conversation.participants.map(showParticipant),
  formerParticipants: conversation.former.map((former) => ({
    ...showParticipant(former),
    leftAt: showTime(former.leftAt),
  })),
  openedAt: showTime(conversation.openedAt),
  expiresAt: optional(conversation.expiresAt, showTime),
  idleTtl: optional(conversation.idleTtlMs, formatDuration),
  lastMessageAt: optional(conversation.lastMessageAt, showTime),
  closedAt: optional(conversation.closedAt, showTime),
  closeReason: conversation.closeReason,
  metadata: conversation.metadata,
  ...(conversation.unreadable && UNREADABLE),
});

export const showMessage = (message: MessageRecord) => ({
  id: messageId(message.id),
  conversationId: optional(message.conversationId, conversationId),
  sender: senderOf(message),
  recipient: optional(message.recipientId, participantId),
  text: message.text,
  state: message.state,
  link: message.link,
  segments: message.segments,
  attempts: message.attempts,
  carrierMessageIds: message.carrierMessageIds,
  failure: message.failure,
  retryOf: optional(message.retryOf, messageId),
  retriedAs: optional(message.retriedAs, messageId),
  receivedAt: showTime(message.receivedAt),
  queuedAt: optional(message.queuedAt, showTime),
  sentAt: optional(message.sentAt, showTime),
  finalAt: optional(message.finalAt, showTime),
  ...(message.unreadable && UNREADABLE),
});

/** `texted`: the virtual number that a stranger texted. */
export const showFoundMessage = (message: FoundMessage) => ({
  ...showMessage(message),
  texted: optional(message.texted, formatMsisdn),
});

export const showNearMiss =
  (nameOf: NameOfService) =>
  ({ virtualNumber, conversations }: NearMiss) => ({
    virtualNumber: formatMsisdn(virtualNumber),
    conversations: conversations.map(showConversation(nameOf)),
  });

/** Only our own texts have a recipient and no sender; a stranger's has neither. */
const senderOf = ({ senderId, recipientId }: MessageRecord): string | null =>
  senderId === null ? (recipientId === null ? null : "app") : participantId(senderId);

export const showNumber = (nameOf: NameOfService) => (number: VirtualNumber) => ({
  number: formatMsisdn(number.number),
  service: serviceName(number.serviceId, nameOf),
  country: number.country,
  features: number.features,
  state: number.state,
  liveRoutes: number.liveRoutes,
  quarantinedRoutes: number.quarantinedRoutes,
  addedAt: showTime(number.at),
});

export const showOffer = ({ number, country, features, monthlyCost }: OfferedNumber) => ({
  number: formatMsisdn(number),
  country,
  features,
  monthlyCost,
});

export const showLink = (link: ListedLink) => ({
  ...link,
  since: showTime(link.since),
  nextAttemptAt: link.nextAttemptAt === null ? null : showTime(link.nextAttemptAt),
  setting: optional(link.setting, showLinkSetting),
});

export const showLinkSetting = ({ isPaused, changedAt, ...setting }: LinkSetting) => ({
  ...setting,
  paused: isPaused,
  changedAt: showTime(changedAt),
});

export const showOptOut = ({ number, since, source, word, scope, virtualNumber }: OptOut) => ({
  number: formatMsisdn(number),
  since: showTime(since),
  source,
  word,
  scope,
  virtualNumber: optional(virtualNumber, formatMsisdn),
});

/** `isReader`: a key that may only read is not told the whole number. */
export const showListedOptOut =
  (nameOf: NameOfService, isReader: boolean) =>
  ({ number, serviceId: said, since, source, word, scope, virtualNumber }: ListedOptOut) => ({
    number: optional(number, isReader ? maskNumber : formatMsisdn),
    service: serviceName(said, nameOf),
    since: showTime(since),
    ...{ source, word, scope },
    virtualNumber: optional(virtualNumber, formatMsisdn),
  });

export const showBlock = (nameOf: NameOfService) => (block: PairBlock) => ({
  id: blockId(block.id),
  service: serviceName(block.serviceId, nameOf),
  conversationId: conversationId(block.conversationId),
  blocker: participantId(block.blockerId),
  blocked: participantId(block.blockedId),
  since: showTime(block.since),
  word: block.word,
  virtualNumber: formatMsisdn(block.virtualNumber),
});

export const showService = ({ id, slug, name, rules, version, createdAt }: Service) => ({
  ...{ id: serviceId(id), slug, name, version },
  rules: showServiceRules(rules),
  createdAt: showTime(createdAt),
});

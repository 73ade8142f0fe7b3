import type { AuditEntry } from "#core/domain/audit/entry.ts";
import type { AuditHead } from "#core/domain/audit/head.ts";
import type { Broadcast, BroadcastLine } from "#core/domain/broadcast.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import type { LoggedEvent } from "#core/domain/event.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { PARTITIONS } from "#core/domain/partition.ts";
import type { Erasure } from "#core/domain/privacy/erasure.ts";
import type { FinalReceipt, PartReceipt } from "#core/domain/receipt.ts";
import type { Resolution } from "#core/domain/redelivery.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID, DEFAULT_SERVICE_SLUG, type Service } from "#core/domain/service.ts";
import type { KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import type { LineRefusal } from "#core/ports/broadcasts.ts";
import type { NewDispatcher } from "#core/ports/dispatch.ts";
import type { Hold } from "#core/ports/holds.ts";
import type { KeptAnswer, KeyedRequest } from "#core/ports/idempotency.ts";
import type { LinkReport } from "#core/ports/link-reports.ts";
import type { KeptPools, NewNumber, VirtualNumber } from "#core/ports/numbers.ts";
import type { OptOut } from "#core/ports/opt-outs.ts";
import type { PairBlock } from "#core/ports/pair-blocks.ts";
import type { NewReport } from "#core/ports/reports.ts";
import type { Addition } from "#core/ports/sums.ts";
import type { Accepted, StoredPart } from "#core/ports/traffic.ts";
import type { Retry } from "#core/ports/webhooks.ts";

/** Everything that is stored. Several storages over one world are several processes over one database. */
export interface MemoryTables {
  readonly services: Map<string, Service>;
  /** Heads by position. */
  readonly reports: { readonly byEvent: Map<string, NewReport>; cursor: string | null };
  readonly erasures: Map<string, ErasureRow>;
  readonly holds: Map<string, HoldRow>;
  /** By period and key. */
  readonly sums: Map<string, Addition>;
  readonly audit: { readonly entries: AuditEntry[]; readonly heads: Map<number, AuditHead> };
  readonly numbers: Map<string, NumberRow>;
  /** Places that are reserved in rental budgets. By id. */
  readonly budgetPlaces: Map<string, { readonly country: string; readonly expiresAt: number }>;
  /** The last count of all pools. */
  poolCount: KeptPools | null;
  readonly conversations: Map<string, Conversation>;
  readonly broadcasts: Map<string, BroadcastRow>;
  /** Conversations whose texts have been erased. */
  readonly erased: Set<string>;
  /** What a pair has meant, oldest first; the last one counts. By {@link pairKey}. */
  readonly routes: Map<string, Route[]>;
  /** What each person has said in each service. By {@link optOutKey}. */
  readonly optOuts: Map<string, OptOutRow>;
  /** Who has blocked whom in which service; both of two may have. */
  readonly blocks: Map<string, BlockRow>;
  /** Everything that anybody has wished, in order. */
  readonly wishes: (KeptWish & { readonly serviceId: string; readonly number: Msisdn })[];
  /** The id under which each inbound message is kept. By key. */
  readonly inboundKeys: Map<string, string>;
  /** Parts that wait to be joined, in the order in which they came. By key. */
  readonly parts: Map<string, PartRow>;
  /** Parts that have been joined or dropped. By key. */
  readonly joinedParts: Map<string, PartRow>;
  /** In the order in which they were born. */
  readonly messages: Map<string, StoredMessage>;
  /** The messages that are queued or in somebody's hand, in the order in which they were born. */
  readonly unsent: Map<string, StoredMessage>;
  /** What a carrier knows by an id. */
  readonly carrierIds: Map<string, Accepted>;
  readonly parked: Set<FinalReceipt>;
  readonly dispatchers: Map<string, DispatcherRow>;
  /** The dispatcher that owns each partition. */
  readonly owners: (string | null)[];
  /** When an earlier owner of each partition may last have had something on its way to a carrier. */
  readonly freedAt: number[];
  /** The last report of each process, and when it came. */
  readonly linkReports: Map<string, { readonly report: LinkReport; readonly at: number }>;
  /** By the name of the link. */
  readonly linkSettings: Map<string, LinkSetting>;
  /** By key, then by process: when the text was received, and when it was named. */
  readonly unconfirmedKeys: Map<string, Map<string, { readonly acceptedAt: number; readonly at: number }>>;
  /** Keys of recognised redeliveries, and when that was. */
  readonly resolvedKeys: Map<string, { readonly by: Resolution; readonly at: number }>;
  readonly requests: Map<string, RequestRow>;
  /**
   * What has been told to the outside, and how many events before it have been dropped. `eras`: how many events there ever were when each
   * era after the first began; `tag`: no other restore has it.
   */
  readonly events: {
    readonly log: LoggedEvent[];
    dropped: number;
    readonly eras: { readonly begunAt: number; readonly tag: number }[];
  };
  /** In which state something was when that was last told. By what it is of. */
  readonly toldStates: Map<string, string>;
  readonly newsListeners: Set<() => void>;
  /** By id. */
  readonly webhookEndpoints: Map<string, EndpointRow>;
  readonly workListeners: Set<() => void>;
  readonly blockListeners: Set<() => void>;
  /** Numbers whatever must be told apart or put in order: versions and births. */
  counter: number;
}

/** `holds`: false where somebody is opted in who has opted out elsewhere for all. */
export interface EndpointRow {
  endpoint: WebhookEndpoint;
  owner: string | null;
  leasedUntil: number;
  /** By the id of the event. */
  readonly retries: Map<string, Retry & { claimedUntil: number }>;
  attempts: readonly KeptAttempt[];
}

/** The number is empty once all is done. */
export interface ErasureRow extends Erasure {
  readonly number: Msisdn;
}

/** Of a person, by the number. */
export interface HoldRow extends Hold {
  readonly number: Msisdn | null;
}

export interface OptOutRow extends OptOut {
  readonly serviceId: string;
  readonly holds: boolean;
  readonly confirmedAt: number | null;
}

export interface BroadcastRow extends Broadcast {
  readonly fedAt: number;
  /** By line. */
  readonly lines: Map<number, LineRow>;
}

export interface LineRow extends BroadcastLine {
  readonly messageId: string | null;
  readonly claimedAt: number | null;
  readonly isSettled: boolean;
  readonly refusal: LineRefusal | null;
}

export interface BlockRow extends PairBlock {
  readonly blocker: Msisdn;
  readonly blocked: Msisdn;
  /** When it was said last. */
  readonly saidAt: number;
}

const DEFAULT_SERVICE: Service = {
  id: DEFAULT_SERVICE_ID,
  slug: DEFAULT_SERVICE_SLUG,
  name: null,
  rules: {},
  version: 1,
  createdAt: 0,
};

export interface NumberRow extends Omit<NewNumber, "state"> {
  readonly state: VirtualNumber["state"];
}

export interface PartRow extends Omit<StoredPart, "text" | "isJoined"> {
  readonly id: string;
  readonly position: number;
  /** Null once erased. */
  text: string | null;
}

export interface StoredMessage {
  readonly id: string;
  readonly birth: number;
  readonly conversationId: string | null;
  readonly senderId: string | null;
  readonly recipientId: string | null;
  /** What is to be sent; null for an inbound message that goes no further. */
  readonly outbound: OutboundMessage | null;
  /** Who texted what, when it belongs to no conversation. */
  readonly stranger: { readonly from: string; readonly to: string; readonly serviceId: string | null } | null;
  readonly receivedAt: number;
  text: string | null;
  place: Place;
  /** Among the others for its recipient, where it has been put back; null: as it came. */
  turnAt: number | null;
  attempts: number;
  unknown: boolean;
  /** What carriers have taken of it, in the order in which it was recorded, over all attempts. */
  readonly taken: Accepted[];
  /** What became of its parts. By the carrier's id. */
  readonly partReceipts: Map<string, PartReceipt>;
  outcome: FinalOutcome | null;
  retryOf: string | null;
  retriedAs: string | null;
}

/** `owned`: in the hand of the process that it was born in. `done`: neither queued nor in anybody's hand. */
export type Place =
  | { readonly state: "queued"; readonly dueAt: number }
  | { readonly state: "claimed"; readonly by: string; readonly dueAt: number }
  | { readonly state: "owned"; readonly by: string }
  | { readonly state: "done" };

export interface DispatcherRow extends NewDispatcher {
  recoverFrom: string;
  beatAt: number;
  dead: boolean;
}

export interface RequestRow extends KeyedRequest {
  startedAt: number;
  answer: KeptAnswer | null;
}

export const emptyTables = (): MemoryTables => ({
  services: new Map([[DEFAULT_SERVICE_ID, DEFAULT_SERVICE]]),
  numbers: new Map(),
  budgetPlaces: new Map(),
  poolCount: null,
  conversations: new Map(),
  broadcasts: new Map(),
  erased: new Set(),
  routes: new Map(),
  optOuts: new Map(),
  blocks: new Map(),
  wishes: [],
  inboundKeys: new Map(),
  parts: new Map(),
  joinedParts: new Map(),
  messages: new Map(),
  unsent: new Map(),
  carrierIds: new Map(),
  parked: new Set(),
  dispatchers: new Map(),
  owners: Array.from({ length: PARTITIONS }, () => null),
  freedAt: Array.from({ length: PARTITIONS }, () => Number.NEGATIVE_INFINITY),
  linkReports: new Map(),
  linkSettings: new Map(),
  unconfirmedKeys: new Map(),
  resolvedKeys: new Map(),
  requests: new Map(),
  events: { log: [], dropped: 0, eras: [] },
  reports: { byEvent: new Map(), cursor: null },
  erasures: new Map(),
  holds: new Map(),
  sums: new Map(),
  audit: { entries: [], heads: new Map() },
  toldStates: new Map(),
  newsListeners: new Set(),
  webhookEndpoints: new Map(),
  workListeners: new Set(),
  blockListeners: new Set(),
  counter: 0,
});

export const nextCount = (tables: MemoryTables): number => {
  tables.counter += 1;
  return tables.counter;
};

import type { Generated, JSONColumnType } from "kysely";
import type { Block } from "#core/domain/block.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { GeoMatch } from "#core/domain/number-pool.ts";
import type { SenderWishes } from "#core/domain/sender-wishes.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { ReportedLink } from "#core/ports/link-reports.ts";

/** The tables as the migrations leave them. `…_index` is a blind index (hexadecimal), bytea is sealed. */
export interface Schema {
  readonly service: {
    id: string;
    slug: string;
    name: string | null;
    rules: JSONColumnType<ServiceRules>;
    hook_secrets: Buffer | null;
    version: Generated<number>;
    created_at: number;
  };
  readonly secret: { name: string; sealed: Buffer };
  readonly sealing_key: { id: string; since: Generated<Date> };
  readonly number: {
    number: number | string;
    number_index: string;
    service_id: string;
    country: string;
    features: string[];
    state: "active" | "draining" | "reserved";
    added_at: number;
  };
  readonly pool_count: { id: Generated<boolean>; counted_at: number; took_ms: number; pools: unknown };
  readonly budget_place: { id: string; country: string; expires_at: Date };
  readonly conversation: ConversationTable;
  readonly participant: ParticipantTable;
  readonly route: RouteTable;
  readonly past_route: Pick<RouteTable, "sender_index" | "virtual_number" | "conversation_id"> & {
    sender_id: string;
    recipient_id: string;
    opened_at: number;
    closed_at: number;
  };
  readonly wish: WishTable;
  readonly opt_out: Omit<WishTable, "position" | "kind" | "at"> & {
    holds: Generated<boolean>;
    since: number;
    confirmed_at: number | null;
    number: Buffer | null;
  };
  readonly pair_block: PairBlockTable;
  readonly message: MessageTable;
  readonly accepted: {
    message_id: string;
    at: number;
    part: number;
    parts: number;
    link: number;
    attempts: number;
    carrier_id: string | null;
  };
  readonly message_outcome: {
    message_id: string;
    at: number;
    state: FinalState;
    code: string | null;
    detail: string | null;
  };
  readonly message_retry: { message_id: string; retry_of: string | null; retried_as: string | null };
  readonly inbound_part: InboundPartTable;
  readonly parked_receipt: { receipt: string; rank: number; carrier_id: string; at: number };
  readonly link_report: {
    process: string;
    kind: DispatcherKind;
    reported_at: Generated<Date>;
    settled_before: number;
    links: JSONColumnType<readonly ReportedLink[]>;
  };
  readonly link_setting: {
    name: string;
    kind: LinkKind;
    paused: boolean;
    window_max: number | null;
    rate: number | null;
    restarts: number;
    version: number;
    changed_at: number;
    changed_by: string;
  };
  readonly period_sum: { key_index: string; begins_at: number; count: number };
  readonly told_state: { subject: string; state: string };
  readonly unconfirmed_key: { key: string; process: string; accepted_at: number; at: Generated<Date> };
  readonly resolved_key: { key: string; process: string; received_at: number; at: Generated<Date> };
  readonly queue: QueueTable;
  readonly dispatcher: {
    id: string;
    kind: DispatcherKind;
    lease_ms: number;
    silent_after_ms: number;
    beat_at: Generated<Date>;
    expired: Generated<boolean>;
    recover_from: string;
  };
  readonly partition_lease: { partition: number; owner: string | null; freed_at: Date | null };
  readonly audit_entry: {
    position: number;
    hash: string;
    at: number;
    action: string;
    subjects: string[];
    entry: string;
  };
  readonly erasure: {
    id: string;
    person: string;
    number_index: string | null;
    number: Buffer | null;
    requested_by: string;
    request_id: string | null;
    requested_at: number;
    state: "pending" | "restricted" | "completed";
    completed_at: Generated<number | null>;
    certificate: Generated<string | null>;
  };
  readonly hold: {
    id: string;
    conversation_id: string | null;
    number_index: string | null;
    person: string | null;
    reason: Buffer;
    placed_by: string;
    placed_at: number;
    until: number;
    released_at: Generated<number | null>;
  };
  readonly report: {
    id: string;
    event_id: string;
    service_id: string;
    conversation_id: string;
    reporter_id: string;
    reported_id: string;
    at: number;
  };
  readonly report_cursor: { taken_to: string | null };
  readonly audit_end: { position: number; hash: string };
  readonly audit_head: {
    position: number;
    hash: string;
    at: number;
    key_id: string | null;
    signature: string | null;
  };
  readonly idempotency: {
    request_index: string;
    fingerprint: string | null;
    seed: string;
    begun_at: number;
    answer: Buffer | null;
  };
}

export interface ConversationTable {
  id: string;
  version: Generated<number>;
  service_id: string;
  reference_index: string | null;
  geo_match: GeoMatch;
  sticky: boolean;
  opened_at: number;
  expires_at: number | null;
  idle_ttl_ms: number | null;
  check_at: number | null;
  texted_at: number | null;
  closed_at: number | null;
  erased: Generated<boolean>;
  details: Buffer;
  close_reason: Buffer | null;
}

export interface ParticipantTable {
  id: string;
  conversation_id: string;
  side: number;
  number_index: string;
  virtual_number: number | string;
  left_at: number | null;
  details: Buffer;
}

export interface RouteTable {
  sender_index: string;
  virtual_number: number | string;
  conversation_id: string;
  sender_id: string;
  recipient_id: string;
  recipient_index: string;
  recipient: Buffer;
  source: number | string;
  version: Generated<number>;
  opened_at: number;
  expires_at: number | null;
  closed_at: number | null;
  quarantined_until: number | null;
  blocked_by: Block | null;
  sender_opted_out_by: SenderWishes["optedOutBy"];
  stop_confirmed_at: number | null;
  unblock_until: number | null;
  held_until: number | null;
}

export interface WishTable {
  position: Generated<number>;
  service_id: string;
  number_index: string;
  kind: KeptWish["kind"];
  at: number;
  source: KeptWish["source"];
  word: string | null;
  scope: KeptWish["scope"];
  virtual_number: number | string | null;
}

export interface PairBlockTable {
  id: string;
  service_id: string;
  low_index: string;
  high_index: string;
  blocker_index: string;
  conversation_id: string;
  blocker_id: string;
  blocked_id: string;
  virtual_number: number | string;
  word: string;
  since: number;
  said_at: number;
}

export interface MessageTable {
  id: string;
  key: string | null;
  conversation_id: string | null;
  sender_id: string | null;
  recipient_id: string | null;
  dispatcher: string | null;
  received_at: number;
  expires_at: number | null;
  source: number | string | null;
  priority: number | null;
  decision_code: number;
  segments: number;
  payload: Buffer | null;
  service_id: string | null;
  stranger_index: string | null;
  texted: number | string | null;
}

export interface InboundPartTable {
  key: string;
  id: string;
  set_index: string;
  part: number;
  total: number;
  received_at: number;
  position: Generated<number>;
  joined: Generated<boolean>;
  payload: Buffer | null;
}

export interface QueueTable {
  message_id: string;
  recipient_id: string;
  claimed_by: string | null;
  received_at: number;
  due_at: number;
  expires_at: number;
  attempts: Generated<number>;
  partition: number;
  priority: number;
  answer_lost: Generated<boolean>;
}

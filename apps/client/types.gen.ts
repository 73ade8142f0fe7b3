// Generated from docs/openapi/v1.json by `node test/apps/api/openapi/write-release.ts`.

/** Somebody who is to take part */
export interface NewParticipant {
  /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
  number: string;
  name?: string | null | undefined;
  intro?: string | null | undefined;
  country?: string | null | undefined;
  /** The number of ours that shall stand for this participant; absent: one is chosen */
  virtualNumber?: string | null | undefined;
  timeZone?: string | null | undefined;
}

/** What is not said goes by the settings of the installation */
export interface ServiceRules {
  ttl?: string | null | undefined;
  idleTtl?: string | null | undefined;
  /** A duration, such as `90s`, `30m`, `2h` or `7d` */
  quarantine?: string | undefined;
  /** A duration, such as `90s`, `30m`, `2h` or `7d` */
  messageTtl?: string | undefined;
  geoMatch?: "area" | "country" | "any" | undefined;
  sticky?: boolean | undefined;
  language?: "en" | "de" | "fr" | "es" | "pt" | null | undefined;
  texts?: { [name: string]: { [name: string]: string } } | undefined;
  leaks?: LeakRules | null | undefined;
  limits?: LimitRules | null | undefined;
  beforeRelay?: BeforeRelayHook | null | undefined;
  outOfSession?: OutOfSessionHook | null | undefined;
  quietHours?: QuietHours | null | undefined;
  openings?: OpeningLimits | null | undefined;
  /** Segments that intros, texts marked as promotional and broadcasts may take in a day, by UTC, beside SPEND_CAP of the installation: both hold; null: any number */
  spendCap?: number | null | undefined;
  /** Tells whoever wrote a text that no carrier has taken for so long, at most once in five hours; null: nobody is told */
  delayNoticeAfter?: string | null | undefined;
  /** Tells whoever wrote a text that has failed, at most once in five hours */
  notDelivered?: boolean | undefined;
}

/** What is done about ways to reach a writer elsewhere: nothing, an event, hidden, or not passed on. What is only likely is observed at most */
export interface LeakRules {
  /** Telephone numbers, also such as are written in words or dealt out over texts */
  phone?: "off" | "observe" | "mask" | "block" | undefined;
  /** Mail boxes */
  email?: "off" | "observe" | "mask" | "block" | undefined;
  /** Web addresses */
  link?: "off" | "observe" | "mask" | "block" | undefined;
  /** User names somewhere else */
  handle?: "off" | "observe" | "mask" | "block" | undefined;
  /** Tells the writer once an hour that something was hidden or not passed on */
  warn?: boolean | undefined;
}

/** How many texts of one person in one conversation are passed on; beyond it they leave later in order, are blocked, or told and passed on */
export interface LimitRules {
  perMinute?: number | undefined;
  perHour?: number | undefined;
  /** Texts of one person in all conversations of the service; null: any number */
  perDay?: number | null | undefined;
  /** Conversations into which one person may write a link to the same page within an hour; null: any number */
  sameLinkTo?: number | null | undefined;
  /** Conversations into which one person may write the same text within an hour; null: any number */
  sameTextTo?: number | null | undefined;
  action?: "observe" | "hold" | "block" | undefined;
}

/** Your app sees each text before it is passed on, and says what becomes of it */
export interface BeforeRelayHook {
  /** Where your app listens: https, or http where it is on the same machine */
  url: string;
  /** Signs what is posted there, as webhooks are signed; never shown. Absent: as it is already */
  secret?: string | undefined;
  /** How long an answer is waited for */
  timeout?: string | undefined;
  /** What becomes of a text without an answer: it is passed on as it is, or not at all */
  onSilence: "relay" | "block";
}

/** Your app sees texts that reach nobody, and may open a conversation for them before it answers */
export interface OutOfSessionHook {
  /** Where your app listens: https, or http where it is on the same machine */
  url: string;
  /** Signs what is posted there, as webhooks are signed; never shown. Absent: as it is already */
  secret?: string | undefined;
  /** How long an answer is waited for */
  timeout?: string | undefined;
}

/** When texts that are marked as promotional wait, by the clocks where the recipient is */
export interface QuietHours {
  from?: string | undefined;
  to?: string | undefined;
  /** Days that are quiet as a whole */
  days?: ("sun" | "mon" | "tue" | "wed" | "thu" | "fri" | "sat")[] | undefined;
}

/** How many conversations may be opened in an hour */
export interface OpeningLimits {
  /** Of the whole service */
  perHour?: number | null | undefined;
  /** To participants whose numbers are the same but for the last four digits */
  perPrefix?: number | null | undefined;
}

/** Two participants who text each other through virtual numbers */
export interface Conversation {
  /** The id of a conversation */
  id: string;
  /** The slug of the service; of one that is gone its id */
  service: string;
  /** The caller's own id, unique among the open conversations of the service */
  reference: string | null;
  /** One more with each change but that somebody texts */
  version: number;
  state: "open" | "closed";
  participants: [Participant, Participant];
  /** Those who were replaced, in the order in which they left */
  formerParticipants: FormerParticipant[];
  /** RFC 3339, in UTC */
  openedAt: string;
  expiresAt: string | null;
  /** Ends when nobody has texted for this long, such as `2h` */
  idleTtl: string | null;
  lastMessageAt: string | null;
  closedAt: string | null;
  closeReason: string | null;
  metadata: { [name: string]: string };
  /** What is stored is damaged, or sealed with a key that the server lacks; what cannot be read is null */
  unreadable?: true | undefined;
}

/** One of the two in a conversation */
export interface Participant {
  /** The id of a participant */
  id: string;
  name: string | null;
  /** The real number; null when it is unreadable */
  number: string | null;
  /** ISO 3166-1 alpha-2 */
  country: string;
  /** Stands for this participant: the other one texts it */
  virtualNumber: string;
  /** Where they are, if that was said */
  timeZone?: string | undefined;
}

export interface FormerParticipant {
  /** The id of a participant */
  id: string;
  name: string | null;
  /** The real number; null when it is unreadable */
  number: string | null;
  /** ISO 3166-1 alpha-2 */
  country: string;
  /** Stands for this participant: the other one texts it */
  virtualNumber: string;
  /** Where they are, if that was said */
  timeZone?: string | undefined;
  /** RFC 3339, in UTC */
  leftAt: string;
}

/** Why a request was not carried out (RFC 9457) */
export interface Problem {
  /** More types may come */
  type:
    | "urn:sms-proxy:malformed-request"
    | "urn:sms-proxy:malformed-json"
    | "urn:sms-proxy:unauthorized"
    | "urn:sms-proxy:forbidden"
    | "urn:sms-proxy:not-found"
    | "urn:sms-proxy:method-not-allowed"
    | "urn:sms-proxy:reference-in-use"
    | "urn:sms-proxy:conversation-closed"
    | "urn:sms-proxy:broadcast-over"
    | "urn:sms-proxy:not-retryable"
    | "urn:sms-proxy:pool-exhausted"
    | "urn:sms-proxy:opted-out"
    | "urn:sms-proxy:number-in-use"
    | "urn:sms-proxy:service-in-use"
    | "urn:sms-proxy:request-running"
    | "urn:sms-proxy:version-mismatch"
    | "urn:sms-proxy:cursor-expired"
    | "urn:sms-proxy:too-large"
    | "urn:sms-proxy:invalid-request"
    | "urn:sms-proxy:blocked-url"
    | "urn:sms-proxy:idempotency-mismatch"
    | "urn:sms-proxy:too-many-requests"
    | "urn:sms-proxy:internal-error"
    | "urn:sms-proxy:not-configured"
    | "urn:sms-proxy:unavailable"
    | (string & {});
  title: string;
  status: number;
  /** For a person */
  detail: string;
  /** Whether the same request may succeed later */
  retryable: boolean;
  /** With `invalid-request`: what is wrong with each field */
  errors?: FieldProblem[] | undefined;
  /** Names this one occurrence, so that it can be found in the log */
  instance?: string | undefined;
  /** With `cursor-expired`: the cursor from which all that is kept is read */
  oldest?: string | undefined;
}

export interface FieldProblem {
  /** Dotted, such as `participants.0.number`; empty: the body as a whole */
  path: string;
  message: string;
}

/** A text, on its way or at its end */
export interface Message {
  /** The id of a message */
  id: string;
  /** Null: the text of a stranger */
  conversationId: string | null;
  /** A participant, `app`, or null: a stranger */
  sender: string | "app" | null;
  recipient: string | null;
  /** Null once erased */
  text: string | null;
  /** More states may come */
  state:
    | "partial"
    | "queued"
    | "sending"
    | "unknown"
    | "sent"
    | "delivered"
    | "failed"
    | "expired"
    | "blocked"
    | "unroutable"
    | (string & {});
  /** The kind of carrier link it went over */
  link: "smpp" | "http" | null;
  segments: number;
  attempts: number;
  carrierMessageIds: string[];
  failure: Failure | null;
  /** The failed message that this one says once more */
  retryOf: string | null;
  /** The message that says this one once more */
  retriedAs: string | null;
  /** RFC 3339, in UTC */
  receivedAt: string;
  queuedAt: string | null;
  sentAt: string | null;
  finalAt: string | null;
  /** What is stored is damaged, or sealed with a key that the server lacks; what cannot be read is null */
  unreadable?: true | undefined;
}

/** Why a message did not arrive: a code of ours or the carrier's, and a sentence */
export interface Failure {
  code: string;
  detail: string;
}

/** A text found by a number */
export interface FoundMessage {
  /** The id of a message */
  id: string;
  /** Null: the text of a stranger */
  conversationId: string | null;
  /** A participant, `app`, or null: a stranger */
  sender: string | "app" | null;
  recipient: string | null;
  /** Null once erased */
  text: string | null;
  /** More states may come */
  state:
    | "partial"
    | "queued"
    | "sending"
    | "unknown"
    | "sent"
    | "delivered"
    | "failed"
    | "expired"
    | "blocked"
    | "unroutable"
    | (string & {});
  /** The kind of carrier link it went over */
  link: "smpp" | "http" | null;
  segments: number;
  attempts: number;
  carrierMessageIds: string[];
  failure: Failure | null;
  /** The failed message that this one says once more */
  retryOf: string | null;
  /** The message that says this one once more */
  retriedAs: string | null;
  /** RFC 3339, in UTC */
  receivedAt: string;
  queuedAt: string | null;
  sentAt: string | null;
  finalAt: string | null;
  /** What is stored is damaged, or sealed with a key that the server lacks; what cannot be read is null */
  unreadable?: true | undefined;
  /** The virtual number that a stranger texted */
  texted: string | null;
}

/** A virtual number that a stranger texted, and the open conversations in which it is texted */
export interface NearMiss {
  /** A phone number, E.164 with a plus */
  virtualNumber: string;
  conversations: Conversation[];
}

/** What became of a page of messages that failed for one reason */
export interface RetriedFailures {
  /** RFC 3339, in UTC */
  since: string;
  /** Messages that failed with this code, and were not retried yet */
  found: number;
  retried: number;
  /** Those that are not sent again */
  refused: {
    /** Such as `closed` or `opted-out`; more reasons may come */
    reason: string;
    count: number;
  }[];
  /** The `cursor` with which to go on; null: nothing is left */
  next: string | null;
}

/** A virtual number of ours */
export interface Number {
  /** A phone number, E.164 with a plus */
  number: string;
  /** The slug of the service; of one that is gone its id */
  service: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  features: string[];
  /** More states may come */
  state: "active" | "draining" | "reserved" | (string & {});
  liveRoutes: number;
  quarantinedRoutes: number;
  /** RFC 3339, in UTC */
  addedAt: string;
}

/** A number that could be rented */
export interface AvailableNumber {
  /** A phone number, E.164 with a plus */
  number: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  features: string[];
  /** Decimal, in EUR */
  monthlyCost: string | null;
}

/** The numbers of a country, and what its conversations need */
export interface Pool {
  /** The slug of the service; of one that is gone its id */
  service: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  /** More states may come */
  numbers: {
    active: number;
    draining: number;
    reserved: number;
  };
  liveRoutes: number;
  quarantinedRoutes: number;
  /** The fewest numbers with which these routes could be */
  minimum: number;
  /** A participant who has as many routes; null: there is none */
  boundBy: string | null;
  /** Active numbers beyond the minimum */
  headRoom: number;
}

/** What a text would do, or who was behind a number */
export interface RouteExplanation {
  outcome: "relay" | "unroutable" | "blocked" | "failed" | "command";
  reason: string | null;
  /** What the text asks of us, such as `stop` */
  command: string | null;
  conversationId: string | null;
  sender: string | null;
  recipient: string | null;
  recipientNumber: string | null;
  /** What the recipient sees as the sender */
  shownNumber: string | null;
  since: string | null;
  until: string | null;
}

/** A handset that wants no texts from us */
export interface OptOut {
  /** A phone number, E.164 with a plus */
  number: string;
  /** RFC 3339, in UTC */
  since: string;
  source: "text" | "api" | "carrier";
  /** What was texted, such as STOP */
  word: string | null;
  scope: "service" | "all";
  /** The number that was texted */
  virtualNumber: string | null;
}

/** One of the handsets that want no texts */
export interface ListedOptOut {
  /** E.164 with a plus; of a key that may only read its last two digits; null when it is unreadable or erased */
  number: string | null;
  /** RFC 3339, in UTC */
  since: string;
  source: "text" | "api" | "carrier";
  /** What was texted, such as STOP */
  word: string | null;
  scope: "service" | "all";
  /** The number that was texted */
  virtualNumber: string | null;
  /** In which it holds */
  service: string;
}

/** Two people of whom one wants no texts from the other */
export interface Block {
  /** The id of a block */
  id: string;
  /** The slug of the service; of one that is gone its id */
  service: string;
  /** The id of a conversation */
  conversationId: string;
  /** Who said it */
  blocker: string;
  /** Whom it is about */
  blocked: string;
  /** RFC 3339, in UTC */
  since: string;
  /** What was texted, such as BLOCK */
  word: string;
  /** The number that was texted last */
  virtualNumber: string;
}

/** A brand on this installation */
export interface Service {
  /** The id of a service */
  id: string;
  slug: string;
  name: string | null;
  /** Grows with each change */
  version: number;
  /** As they were asked for: `ServiceRules` */
  rules: { [name: string]: unknown };
  /** RFC 3339, in UTC */
  createdAt: string;
}

/** A carrier link of one process */
export interface Link {
  name: string;
  kind: "smpp" | "http";
  direction: "transceiver" | "transmitter" | "receiver";
  /** The process that the link belongs to */
  process: string;
  state: "up" | "degraded" | "connecting" | "paused" | "down";
  /** Why it is not up */
  reason: {
    code: string;
    name: string;
    detail: string;
  } | null;
  /** RFC 3339, in UTC */
  since: string;
  nextAttemptAt: string | null;
  inFlight: number;
  window: number;
  /** Segments a second */
  rate: number;
  sent: number;
  throttled: number;
  /** What operators have said of the links of this name; null: nothing */
  setting: LinkSetting | null;
}

/** What operators have said of the links of a name, in all processes */
export interface LinkSetting {
  name: string;
  kind: "smpp" | "http";
  paused: boolean;
  /** Segments under way; null: as each process is set up */
  window: number | null;
  /** Segments a second of its account; null: as each process is set up */
  rate: number | null;
  /** How often it was told to restart */
  restarts: number;
  /** Grows by one with each change */
  version: number;
  /** RFC 3339, in UTC */
  changedAt: string;
  /** The name of the key that changed it last */
  changedBy: string;
}

/** Texts that did not arrive for one reason */
export interface FailureOfCode {
  /** As a message's `failure` has it */
  code: string;
  meaning: string;
  /** What to do about it */
  advice: string;
  count: number;
  /** RFC 3339, in UTC */
  lastAt: string;
  /** Our numbers that these texts came from, at most 100, the most frequent first */
  numbers: {
    /** A phone number, E.164 with a plus */
    number: string;
    count: number;
  }[];
}

/** Something that has happened */
export interface Event {
  /** The same whenever and wherever it is told */
  id: string;
  /** Its place: what is read after it comes later */
  cursor: string;
  /** More types may come */
  type:
    | "conversation.opened"
    | "conversation.closed"
    | "conversation.expired"
    | "conversation.swapped"
    | "message.received"
    | "message.held"
    | "message.sent"
    | "message.delivered"
    | "message.failed"
    | "message.blocked"
    | "message.unroutable"
    | "leak.found"
    | "number.rented"
    | "number.drained"
    | "number.released"
    | "pool.low"
    | "pool.exhausted"
    | "participant.opted-out"
    | "participant.opted-in"
    | "participant.reported"
    | "participant.limit-exceeded"
    | "abuse.loop"
    | "abuse.stranger"
    | "abuse.spend-cap"
    | "abuse.openings"
    | "participant.wrong-number"
    | "participant.unreachable"
    | "participant.reassigned"
    | "link.up"
    | "link.down"
    | "link.paused"
    | "link.resumed"
    | "link.restarted"
    | "link.changed"
    | "audit.head"
    | (string & {});
  /** RFC 3339, in UTC */
  timestamp: string;
  /** The service that it belongs to */
  service: string;
  /** What it is about: an id, one of our numbers, a country, or the name of a link */
  subject: string | null;
  /** What it says beside its subject; by type under `webhooks` */
  data: { [name: string]: unknown };
}

/** A webhook endpoint with its new secret */
export interface WebhookEndpointWithSecret {
  /** The id of a webhook endpoint */
  id: string;
  url: string;
  /** Types of events, or patterns such as `message.*` */
  events: string[];
  /** What events tell beside ids */
  include: "text"[];
  /** The slug of the service whose events it gets */
  service: string;
  /** `disabled`: it answered 410, or failed for days; resume it when it works */
  state: "active" | "paused" | "disabled";
  disabledReason: "gone" | "failing" | null;
  /** RFC 3339, in UTC */
  createdAt: string;
  lastDeliveredAt: string | null;
  /** The first failure since the last success */
  failingSince: string | null;
  /** After several failures in a row one attempt is made then; null: everything is sent */
  nextAttemptAt: string | null;
  /** Deliveries are signed with it (Standard Webhooks); not shown again */
  secret: string;
}

/** Where events are delivered */
export interface WebhookEndpoint {
  /** The id of a webhook endpoint */
  id: string;
  url: string;
  /** Types of events, or patterns such as `message.*` */
  events: string[];
  /** What events tell beside ids */
  include: "text"[];
  /** The slug of the service whose events it gets */
  service: string;
  /** `disabled`: it answered 410, or failed for days; resume it when it works */
  state: "active" | "paused" | "disabled";
  disabledReason: "gone" | "failing" | null;
  /** RFC 3339, in UTC */
  createdAt: string;
  lastDeliveredAt: string | null;
  /** The first failure since the last success */
  failingSince: string | null;
  /** After several failures in a row one attempt is made then; null: everything is sent */
  nextAttemptAt: string | null;
}

/** An attempt to deliver an event */
export interface Delivery {
  /** `webhook-id`: the same for all attempts */
  eventId: string;
  type: string;
  attempt: number;
  /** RFC 3339, in UTC */
  at: string;
  /** `blocked`: the address is in a private network */
  outcome: "delivered" | "refused" | "gone" | "timeout" | "unreachable" | "blocked";
  /** The HTTP status; null: there was no answer */
  status: number | null;
  tookMs: number;
  /** The first 1024 octets of the answer */
  answer: string | null;
}

/** A request to erase a person */
export interface Erasure {
  /** The id of a erasure */
  id: string;
  /** The digest by which the audit log names the person, as `person:DIGEST` */
  person: string;
  /** `restricted`: a hold keeps some of it; the rest is erased, and it goes on when the hold ends */
  state: "pending" | "restricted" | "completed";
  requestedBy: string;
  /** RFC 3339, in UTC */
  requestedAt: string;
  /** Null until it is completed */
  certificate: Certificate | null;
}

/** Proof that a person was erased; it holds no number and no text */
export interface Certificate {
  version: 1;
  /** The id of a erasure */
  id: string;
  /** The digest by which the audit log names the person, as `person:DIGEST` */
  person: string;
  /** The name of the API key */
  requestedBy: string;
  requestId: string | null;
  /** RFC 3339, in UTC */
  requestedAt: string;
  /** RFC 3339, in UTC */
  completedAt: string;
  tool: string;
  method: string;
  /** Rows deleted or overwritten, by table */
  counts: { [name: string]: number };
  /** What stays of the person, and why */
  kept: {
    what: string;
    count: number;
    why: string;
    until: string | null;
  }[];
  /** Rows that still named the person when all was done: none */
  remaining: number;
  backups: string;
  /** Its place in the audit log */
  audit: {
    position: number;
    hash: string;
  };
  keyId: string;
  /** Ed25519 over the canonical JSON (RFC 8785) of the certificate without it, in base64 */
  signature: string;
}

/** What a person has given us; never another's number or text */
export interface Export {
  /** A phone number, E.164 with a plus */
  number: string;
  /** RFC 3339, in UTC */
  at: string;
  conversations: {
    /** The id of a conversation */
    id: string;
    /** The slug of the service; of one that is gone its id */
    service: string;
    /** RFC 3339, in UTC */
    openedAt: string;
    closedAt: string | null;
  }[];
  /** What the person wrote, newest first */
  texts: {
    /** The id of a message */
    id: string;
    conversationId: string | null;
    /** The virtual number that was texted */
    texted: string | null;
    /** Null once erased */
    text: string | null;
    state: string;
    /** RFC 3339, in UTC */
    receivedAt: string;
    sentAt: string | null;
    finalAt: string | null;
  }[];
  wishes: {
    /** The slug of the service; of one that is gone its id */
    service: string;
    kind: string;
    /** RFC 3339, in UTC */
    at: string;
    source: string;
    word: string | null;
    scope: string;
  }[];
  /** There are older texts: ask again with `until` */
  isCut: boolean;
}

/** Somebody has reported the other participant */
export interface Report {
  /** The id of a report */
  id: string;
  /** The slug of the service; of one that is gone its id */
  service: string;
  /** The id of a conversation */
  conversationId: string;
  /** The id of a participant */
  reporter: string;
  /** The id of a participant */
  reported: string;
  /** RFC 3339, in UTC */
  at: string;
  /** Keeps the conversation for 30 days */
  holdId: string;
}

/** What retention and erasure leave alone */
export interface Hold {
  /** The id of a hold */
  id: string;
  conversationId: string | null;
  person: string | null;
  reason: string;
  /** The name of the API key; `system`: somebody was reported */
  placedBy: string;
  /** RFC 3339, in UTC */
  placedAt: string;
  /** RFC 3339, in UTC */
  until: string;
  releasedAt: string | null;
}

/** Something that somebody did */
export interface AuditEntry {
  /** From 1, without a gap */
  position: number;
  /** RFC 3339, in UTC */
  at: string;
  /** The same in milliseconds since the epoch, as `at` of what is hashed */
  atMs: number;
  /** The name of the API key; `system`: nobody asked */
  actor: string;
  via: "api" | "console" | "command" | "system";
  /** As in the `Request-Id` of the answer */
  requestId: string | null;
  /** A noun and a verb */
  action: string;
  /** Ids; `link:NAME`, `number:NUMBER` (of ours), `person:DIGEST` */
  subjects: string[];
  /** Codes, counts and digests */
  data: { [name: string]: unknown };
  /** SHA-256 of the hash before it and the canonical JSON (RFC 8785) of the entry without `hash` and `atMs`, and with `at` in milliseconds */
  hash: string;
}

/** What heads of the audit log and certificates are signed with */
export interface AuditKey {
  algorithm: "Ed25519";
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER) */
  keyId: string;
  /** PEM */
  publicKey: string;
}

/** Names of problems: what follows `urn:sms-proxy:` in their types. */
export type ProblemName =
  | "malformed-request"
  | "malformed-json"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "reference-in-use"
  | "conversation-closed"
  | "broadcast-over"
  | "not-retryable"
  | "pool-exhausted"
  | "opted-out"
  | "number-in-use"
  | "service-in-use"
  | "request-running"
  | "version-mismatch"
  | "cursor-expired"
  | "too-large"
  | "invalid-request"
  | "blocked-url"
  | "idempotency-mismatch"
  | "too-many-requests"
  | "internal-error"
  | "not-configured"
  | "unavailable";

/** Every call, by its operationId: what it takes and what it answers. */
export interface Operations {
  /** Lists conversations, newest first */
  listConversations: {
    method: "GET";
    path: "/v1/conversations";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
      /** Only those */
      state?: "open" | "closed" | null | undefined;
      /** The real number of a present participant */
      participant?: string | null | undefined;
      /** Your own id */
      reference?: string | null | undefined;
    };
    body: null;
    answer: {
      items: Conversation[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Opens a conversation between two participants */
  openConversation: {
    method: "POST";
    path: "/v1/conversations";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      service?: string | null | undefined;
      participants: [NewParticipant, NewParticipant];
      reference?: string | null | undefined;
      ttl?: string | null | undefined;
      idleTtl?: string | null | undefined;
      geoMatch?: "area" | "country" | "any" | undefined;
      sticky?: boolean | undefined;
      intro?: boolean | undefined;
      onOpen?: "reuse" | "new" | undefined;
      /** Texts of your own, by keys of 1 to 40 letters, digits, dots, dashes and underscores */
      metadata?: { [name: string]: string } | undefined;
    };
    answer: Conversation;
  };
  /** Lists conversations, newest first, without a number in the address */
  searchConversations: {
    method: "POST";
    path: "/v1/conversations/search";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      service?: string | null | undefined;
      /** Only those */
      state?: "open" | "closed" | null | undefined;
      /** The real number of a present participant */
      participant?: string | null | undefined;
      /** Your own id */
      reference?: string | null | undefined;
    };
    answer: {
      items: Conversation[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Shows a conversation */
  getConversation: {
    method: "GET";
    path: "/v1/conversations/{id}";
    params: {
      /** The id of a conversation */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: Conversation;
  };
  /** Changes how long an open conversation lasts, counted from now, or its metadata */
  patchConversation: {
    method: "PATCH";
    path: "/v1/conversations/{id}";
    params: {
      /** The id of a conversation */
      id: string;
    };
    query: Record<never, never>;
    body: {
      ttl?: string | null | undefined;
      idleTtl?: string | null | undefined;
      /** Texts of your own, by keys of 1 to 40 letters, digits, dots, dashes and underscores */
      metadata?: { [name: string]: string } | undefined;
    };
    answer: Conversation;
  };
  /** Closes a conversation; closing it again changes nothing */
  closeConversation: {
    method: "POST";
    path: "/v1/conversations/{id}/close";
    params: {
      /** The id of a conversation */
      id: string;
    };
    query: Record<never, never>;
    body: {
      reason?: string | null | undefined;
    };
    answer: Conversation;
  };
  /** The real number has a new owner: ends what is open with it, and forgets whom the old one talked to */
  reassignNumber: {
    method: "POST";
    path: "/v1/conversations/{id}/participants/{participantId}/reassigned";
    params: {
      /** The id of a conversation */
      id: string;
      /** The id of a participant */
      participantId: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: Conversation;
  };
  /** Replaces a participant; the other one's thread goes on */
  swapParticipant: {
    method: "POST";
    path: "/v1/conversations/{id}/participants/{participantId}/swap";
    params: {
      /** The id of a conversation */
      id: string;
      /** The id of a participant */
      participantId: string;
    };
    query: Record<never, never>;
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      name?: string | null | undefined;
      intro?: string | false | null | undefined;
      country?: string | null | undefined;
      timeZone?: string | null | undefined;
    };
    answer: Conversation;
  };
  /** Lists the messages of a conversation, oldest first */
  listMessages: {
    method: "GET";
    path: "/v1/conversations/{id}/messages";
    params: {
      /** The id of a conversation */
      id: string;
    };
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    body: null;
    answer: {
      items: Message[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Sends a text of the app's own to one participant or to both */
  sendMessage: {
    method: "POST";
    path: "/v1/conversations/{id}/messages";
    params: {
      /** The id of a conversation */
      id: string;
    };
    query: Record<never, never>;
    body: {
      to: string;
      text: string;
      /** Whether it advertises: then it waits for the end of the quiet hours of the service */
      promotional?: boolean | undefined;
    };
    answer: {
      items: Message[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Finds texts from and to a number, also those that belong to no conversation */
  searchMessages: {
    method: "POST";
    path: "/v1/messages/search";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      service?: string | null | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      state?:
        | "partial"
        | "queued"
        | "sending"
        | "unknown"
        | "sent"
        | "delivered"
        | "failed"
        | "expired"
        | "blocked"
        | "unroutable"
        | null
        | undefined;
      since?: string | null | undefined;
      until?: string | null | undefined;
    };
    answer: {
      items: FoundMessage[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
      nearMisses: NearMiss[];
    };
  };
  /** Sends once more what failed for one reason, page by page */
  retryFailedMessages: {
    method: "POST";
    path: "/v1/messages/retry";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** As GET /v1/failures names it */
      code: string;
      /** RFC 3339; those received since; absent: a day ago, and a week ago at most */
      since?: string | null | undefined;
      /** The id or the slug of a service; absent: of all */
      service?: string | null | undefined;
      /** Counts them, up to 10000 at once, and sends nothing */
      dryRun?: boolean | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    answer: RetriedFailures;
  };
  /** Sends once more what failed for good, as a new message; repeated, it answers with the same one */
  retryMessage: {
    method: "POST";
    path: "/v1/messages/{id}/retry";
    params: {
      /** The id of a message */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: Message;
  };
  /** Shows a message */
  getMessage: {
    method: "GET";
    path: "/v1/messages/{id}";
    params: {
      /** The id of a message */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: Message;
  };
  /** Sends many texts after what people write to each other, by lines of JSON or a list */
  sendBroadcast: {
    method: "POST";
    path: "/v1/broadcasts";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: `default` */
      service?: string | undefined;
      /** Not before, within 30 days: RFC 3339 */
      startAt?: string | undefined;
      /** What is not sent so long after the start expires: such as `2h` */
      expiresAfter?: string | undefined;
      /** Checks and counts, and sends nothing */
      dryRun?: "true" | "false" | undefined;
      /** Texts a second at most; absent: as fast as the links allow */
      rate?: string | undefined;
      /** Whether it advertises: then it waits for the end of the quiet hours of the service */
      promotional?: "true" | "false" | undefined;
    };
    body: (
      | {
          /** The id of a conversation */
          conversation: string;
          /** The id of a participant */
          to: string;
          text: string;
          ref?: string | null | undefined;
        }
      | {
          /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
          number: string;
          /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
          from: string;
          text: string;
          ref?: string | null | undefined;
        }
    )[];
    answer: {
      /** The id of the broadcast; null after a dry run */
      id: string | null;
      /** More states may come */
      state: "active" | "completed" | "checked" | (string & {});
      accepted: number;
      refusedCount: number;
      /** The first 100 of them */
      refused: {
        line: number;
        detail: string;
      }[];
      segments: number;
      /** After a dry run: lines whose recipients want no texts */
      optedOut: number;
    };
  };
  /** Shows how far a broadcast has come */
  getBroadcast: {
    method: "GET";
    path: "/v1/broadcasts/{id}";
    params: {
      /** The id of a broadcast */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: {
      /** The id of a broadcast */
      id: string;
      /** The slug of the service; of one that is gone its id */
      service: string;
      /** More states may come */
      state: "receiving" | "active" | "paused" | "completed" | "cancelled" | (string & {});
      /** Lines by state */
      counts: {
        waiting: number;
        cancelled: number;
        queued: number;
        sent: number;
        delivered: number;
        failed: number;
        expired: number;
        blocked: number;
        unroutable: number;
      };
      rate: number | null;
      /** Texts a second so far */
      measuredRate: number | null;
      /** RFC 3339, in UTC */
      startAt: string;
      expiresAt: string | null;
      /** Its texts wait for the end of quiet hours */
      promotional: boolean;
      /** RFC 3339, in UTC */
      createdAt: string;
      endedAt: string | null;
      /** When its last line should be in the queue */
      queuedBy: string | null;
    };
  };
  /** Tells what has become of each line, as lines of JSON */
  listBroadcastResults: {
    method: "GET";
    path: "/v1/broadcasts/{id}/results";
    params: {
      /** The id of a broadcast */
      id: string;
    };
    query: {
      /** Only lines in this state */
      state?:
        | "waiting"
        | "cancelled"
        | "queued"
        | "sent"
        | "delivered"
        | "failed"
        | "expired"
        | "blocked"
        | "unroutable"
        | undefined;
    };
    body: null;
    answer: null;
  };
  /** Holds back the lines that are not in the queue yet */
  pauseBroadcast: {
    method: "POST";
    path: "/v1/broadcasts/{id}/pause";
    params: {
      /** The id of a broadcast */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: {
      /** The id of a broadcast */
      id: string;
      /** The slug of the service; of one that is gone its id */
      service: string;
      /** More states may come */
      state: "receiving" | "active" | "paused" | "completed" | "cancelled" | (string & {});
      /** Lines by state */
      counts: {
        waiting: number;
        cancelled: number;
        queued: number;
        sent: number;
        delivered: number;
        failed: number;
        expired: number;
        blocked: number;
        unroutable: number;
      };
      rate: number | null;
      /** Texts a second so far */
      measuredRate: number | null;
      /** RFC 3339, in UTC */
      startAt: string;
      expiresAt: string | null;
      /** Its texts wait for the end of quiet hours */
      promotional: boolean;
      /** RFC 3339, in UTC */
      createdAt: string;
      endedAt: string | null;
      /** When its last line should be in the queue */
      queuedBy: string | null;
    };
  };
  /** Goes on with a broadcast that was paused */
  resumeBroadcast: {
    method: "POST";
    path: "/v1/broadcasts/{id}/resume";
    params: {
      /** The id of a broadcast */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: {
      /** The id of a broadcast */
      id: string;
      /** The slug of the service; of one that is gone its id */
      service: string;
      /** More states may come */
      state: "receiving" | "active" | "paused" | "completed" | "cancelled" | (string & {});
      /** Lines by state */
      counts: {
        waiting: number;
        cancelled: number;
        queued: number;
        sent: number;
        delivered: number;
        failed: number;
        expired: number;
        blocked: number;
        unroutable: number;
      };
      rate: number | null;
      /** Texts a second so far */
      measuredRate: number | null;
      /** RFC 3339, in UTC */
      startAt: string;
      expiresAt: string | null;
      /** Its texts wait for the end of quiet hours */
      promotional: boolean;
      /** RFC 3339, in UTC */
      createdAt: string;
      endedAt: string | null;
      /** When its last line should be in the queue */
      queuedBy: string | null;
    };
  };
  /** Ends a broadcast, and takes back what has not left */
  cancelBroadcast: {
    method: "POST";
    path: "/v1/broadcasts/{id}/cancel";
    params: {
      /** The id of a broadcast */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: {
      /** The id of a broadcast */
      id: string;
      /** The slug of the service; of one that is gone its id */
      service: string;
      /** More states may come */
      state: "receiving" | "active" | "paused" | "completed" | "cancelled" | (string & {});
      /** Lines by state */
      counts: {
        waiting: number;
        cancelled: number;
        queued: number;
        sent: number;
        delivered: number;
        failed: number;
        expired: number;
        blocked: number;
        unroutable: number;
      };
      rate: number | null;
      /** Texts a second so far */
      measuredRate: number | null;
      /** RFC 3339, in UTC */
      startAt: string;
      expiresAt: string | null;
      /** Its texts wait for the end of quiet hours */
      promotional: boolean;
      /** RFC 3339, in UTC */
      createdAt: string;
      endedAt: string | null;
      /** When its last line should be in the queue */
      queuedBy: string | null;
    };
  };
  /** Lists our virtual numbers */
  listNumbers: {
    method: "GET";
    path: "/v1/numbers";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
    };
    body: null;
    answer: {
      items: Number[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Registers a number that is rented already */
  registerNumber: {
    method: "POST";
    path: "/v1/numbers";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      service?: string | null | undefined;
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      /** ISO 3166-1 alpha-2 */
      country?: string | undefined;
      features?: string[] | undefined;
      /** `reserved`: never chosen, only given by `participants[].virtualNumber` */
      state?: "active" | "reserved" | undefined;
    };
    answer: Number;
  };
  /** Searches numbers that could be rented */
  searchAvailableNumbers: {
    method: "GET";
    path: "/v1/numbers/available";
    params: Record<never, never>;
    query: {
      /** ISO 3166-1 alpha-2 */
      country: string;
      /** Separated by commas */
      features?: string | undefined;
      /** Digits that the number contains */
      contains?: string | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
    };
    body: null;
    answer: {
      items: AvailableNumber[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Rents numbers and directs their texts to us */
  rentNumbers: {
    method: "POST";
    path: "/v1/numbers/rent";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      service?: string | null | undefined;
      /** ISO 3166-1 alpha-2 */
      country: string;
      count: number;
      features?: string[] | undefined;
    };
    answer: {
      items: Number[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
      /** Why fewer were rented than asked for */
      failure: Failure | null;
    };
  };
  /** Keeps a number out of new conversations */
  drainNumber: {
    method: "POST";
    path: "/v1/numbers/{number}/drain";
    params: {
      /** A phone number in E.164, its plus written as `%2B` */
      number: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: Number;
  };
  /** Gives a number back when no route is left on it */
  releaseNumber: {
    method: "DELETE";
    path: "/v1/numbers/{number}";
    params: {
      /** A phone number in E.164, its plus written as `%2B` */
      number: string;
    };
    query: Record<never, never>;
    body: null;
    answer: null;
  };
  /** Shows by service and country how many numbers there are, and how many are needed */
  showPool: {
    method: "GET";
    path: "/v1/pool";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
    };
    body: null;
    answer: {
      items: Pool[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
      /** RFC 3339, in UTC */
      countedAt: string;
    };
  };
  /** Says what a text would do, or who was behind a number at an instant; sends nothing */
  explainRoute: {
    method: "POST";
    path: "/v1/routes/explain";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      from: string;
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      to: string;
      text?: string | undefined;
      at?: string | null | undefined;
    };
    answer: RouteExplanation;
  };
  /** Lists who wants no texts, those who said so first first */
  listOptOuts: {
    method: "GET";
    path: "/v1/opt-outs";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    body: null;
    answer: {
      items: ListedOptOut[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Opts a handset out, without its number in the address */
  addOptOut: {
    method: "POST";
    path: "/v1/opt-outs";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      /** `all`: of every service of the installation */
      scope?: "service" | "all" | undefined;
      service?: string | null | undefined;
    };
    answer: OptOut;
  };
  /** Takes over a list of opt-outs that was kept elsewhere, by lines of JSON or a list */
  importOptOuts: {
    method: "POST";
    path: "/v1/opt-outs/import";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: `default` */
      service?: string | undefined;
    };
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      /** `all`: of every service of the installation */
      scope?: "service" | "all" | undefined;
      /** When it was said: RFC 3339; absent: now */
      since?: string | undefined;
    }[];
    answer: {
      accepted: number;
      refusedCount: number;
      /** The first 100 of them */
      refused: {
        line: number;
        detail: string;
      }[];
    };
  };
  /** Lists who wants no texts from whom, those who said so first first */
  listBlocks: {
    method: "GET";
    path: "/v1/blocks";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    body: null;
    answer: {
      items: Block[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Takes a block back, so that the two may text each other again */
  removeBlock: {
    method: "DELETE";
    path: "/v1/blocks/{id}";
    params: {
      /** Which of the blocks */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: null;
  };
  /** Says whether a handset has opted out, and since when */
  getOptOut: {
    method: "GET";
    path: "/v1/opt-outs/{number}";
    params: {
      /** A phone number in E.164, its plus written as `%2B` */
      number: string;
    };
    query: {
      /** The id or the slug of a service; absent: `default` */
      service?: string | undefined;
    };
    body: null;
    answer: OptOut;
  };
  /** Opts a handset out: it gets no more texts from us */
  putOptOut: {
    method: "PUT";
    path: "/v1/opt-outs/{number}";
    params: {
      /** A phone number in E.164, its plus written as `%2B` */
      number: string;
    };
    query: {
      /** The id or the slug of a service; absent: `default` */
      service?: string | undefined;
    };
    body: Record<never, never>;
    answer: OptOut;
  };
  /** Opts a handset in again */
  removeOptOut: {
    method: "DELETE";
    path: "/v1/opt-outs/{number}";
    params: {
      /** A phone number in E.164, its plus written as `%2B` */
      number: string;
    };
    query: {
      /** The id or the slug of a service; absent: `default` */
      service?: string | undefined;
    };
    body: null;
    answer: null;
  };
  /** Lists services by slug */
  listServices: {
    method: "GET";
    path: "/v1/services";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    body: null;
    answer: {
      items: Service[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Adds a service: a brand with numbers, conversations, opt-outs and rules of its own */
  addService: {
    method: "POST";
    path: "/v1/services";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** Names it in requests and in `API_KEYS`, for good */
      slug: string;
      /** What our notices call it; null: they name nobody */
      name?: string | null | undefined;
      rules?: ServiceRules | undefined;
    };
    answer: Service;
  };
  /** Shows a service */
  getService: {
    method: "GET";
    path: "/v1/services/{service}";
    params: {
      /** The id or the slug of a service */
      service: string;
    };
    query: Record<never, never>;
    body: null;
    answer: Service;
  };
  /** Changes the name or the rules of a service, everywhere within two seconds */
  changeService: {
    method: "PATCH";
    path: "/v1/services/{service}";
    params: {
      /** The id or the slug of a service */
      service: string;
    };
    query: Record<never, never>;
    body: {
      /** What our notices call it; null: they name nobody */
      name?: string | null | undefined;
      /** Takes the place of all rules that there were */
      rules?: ServiceRules | undefined;
    };
    answer: Service;
  };
  /** Forgets a service without numbers */
  removeService: {
    method: "DELETE";
    path: "/v1/services/{service}";
    params: {
      /** The id or the slug of a service */
      service: string;
    };
    query: Record<never, never>;
    body: null;
    answer: null;
  };
  /** Shows the carrier links of this process and of all living gateways */
  listLinks: {
    method: "GET";
    path: "/v1/links";
    params: Record<never, never>;
    query: Record<never, never>;
    body: null;
    answer: {
      items: Link[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Sets the window of the links of a name, or the rate of their account, in all processes and for good */
  patchLink: {
    method: "PATCH";
    path: "/v1/links/{name}";
    params: {
      /** Which of the links */
      name: string;
    };
    query: Record<never, never>;
    body: {
      /** Segments under way at the same time over each link of this name; null: as each process is set up */
      window?: number | null | undefined;
      /** Segments a second of its account, which all links of its kind share; null: as each process is set up */
      rate?: number | null | undefined;
    };
    answer: LinkSetting;
  };
  /** Stops sending over the links of a name, in all processes, until it is resumed */
  pauseLink: {
    method: "POST";
    path: "/v1/links/{name}/pause";
    params: {
      /** Which of the links */
      name: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: LinkSetting;
  };
  /** Sends again over the links of a name */
  resumeLink: {
    method: "POST";
    path: "/v1/links/{name}/resume";
    params: {
      /** Which of the links */
      name: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: LinkSetting;
  };
  /** Lets the links of a name finish what is under way, and connects them anew */
  restartLink: {
    method: "POST";
    path: "/v1/links/{name}/restart";
    params: {
      /** Which of the links */
      name: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: LinkSetting;
  };
  /** Tells why texts did not arrive, by code, and from which of our numbers they came */
  listFailures: {
    method: "GET";
    path: "/v1/failures";
    params: Record<never, never>;
    query: {
      /** RFC 3339; absent: a day ago */
      since?: string | undefined;
    };
    body: null;
    answer: {
      items: FailureOfCode[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
      /** RFC 3339, in UTC */
      since: string;
      /** False where there were so many that the oldest are not counted */
      complete: boolean;
    };
  };
  /** Reads the log of events after a cursor, or follows it live as server-sent events */
  listEvents: {
    method: "GET";
    path: "/v1/events";
    params: Record<never, never>;
    query: {
      /** A cursor; `first`: from the oldest that is kept; absent: from now */
      after?: string | undefined;
      /** Types, or patterns such as `message.*`, separated by commas; absent: all */
      types?: string | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
    };
    body: null;
    answer: {
      items: Event[];
      /** The cursor to go on from, also when there is nothing yet */
      next: string;
    };
  };
  /** Lists webhook endpoints, without their secrets */
  listWebhookEndpoints: {
    method: "GET";
    path: "/v1/webhook-endpoints";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
    };
    body: null;
    answer: {
      items: WebhookEndpoint[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Delivers events to an address from now on; its secret is shown this once */
  addWebhookEndpoint: {
    method: "POST";
    path: "/v1/webhook-endpoints";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** Where events are posted to: https, or http where it is a private network */
      url: string;
      /** Types of events, or patterns such as `message.*`; `*`: all */
      events: string[];
      /** `text`: events of messages tell what they say; over https only */
      include?: "text"[] | undefined;
      service?: string | null | undefined;
    };
    answer: WebhookEndpointWithSecret;
  };
  /** Shows a webhook endpoint and how its deliveries stand */
  getWebhookEndpoint: {
    method: "GET";
    path: "/v1/webhook-endpoints/{id}";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: WebhookEndpoint;
  };
  /** Changes which events are delivered, and where */
  changeWebhookEndpoint: {
    method: "PATCH";
    path: "/v1/webhook-endpoints/{id}";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: {
      /** Where events are posted to: https, or http where it is a private network */
      url?: string | undefined;
      /** Types of events, or patterns such as `message.*`; `*`: all */
      events?: string[] | undefined;
      /** `text`: events of messages tell what they say; over https only */
      include?: "text"[] | undefined;
    };
    answer: WebhookEndpoint;
  };
  /** Ends the deliveries to an address, and forgets what was to be tried again */
  removeWebhookEndpoint: {
    method: "DELETE";
    path: "/v1/webhook-endpoints/{id}";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: null;
  };
  /** Makes a new secret, which is shown this once; the old one signs as well for a while */
  rotateWebhookSecret: {
    method: "POST";
    path: "/v1/webhook-endpoints/{id}/rotate";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: {
      /** A duration, such as `24h` */
      overlap?: string | undefined;
    };
    answer: WebhookEndpointWithSecret;
  };
  /** Posts an event of the type endpoint.test at once, and shows how it was taken */
  testWebhookEndpoint: {
    method: "POST";
    path: "/v1/webhook-endpoints/{id}/test";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: Delivery;
  };
  /** Delivers nothing until it is resumed */
  pauseWebhookEndpoint: {
    method: "POST";
    path: "/v1/webhook-endpoints/{id}/pause";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: WebhookEndpoint;
  };
  /** Delivers again, from where deliveries had come to */
  resumeWebhookEndpoint: {
    method: "POST";
    path: "/v1/webhook-endpoints/{id}/resume";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: Record<never, never>;
    answer: WebhookEndpoint;
  };
  /** Delivers once more what has happened since a time, under the same ids */
  replayWebhooks: {
    method: "POST";
    path: "/v1/webhook-endpoints/{id}/replay";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: Record<never, never>;
    body: {
      /** RFC 3339, with an offset or Z */
      since: string;
    };
    answer: WebhookEndpoint;
  };
  /** Lists the newest attempts: those that failed, and some of those that did not */
  listDeliveries: {
    method: "GET";
    path: "/v1/webhook-endpoints/{id}/deliveries";
    params: {
      /** The id of a webhook endpoint */
      id: string;
    };
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
    };
    body: null;
    answer: {
      items: Delivery[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Forgets a person, by one of their numbers, in all services */
  erasePerson: {
    method: "POST";
    path: "/v1/erasures";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
    };
    answer: Erasure;
  };
  /** Shows how far an erasure is, and its certificate when it is completed */
  getErasure: {
    method: "GET";
    path: "/v1/erasures/{id}";
    params: {
      /** Which of the erasures */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: Erasure;
  };
  /** Collects what a person has written and wished, with times and states, for the person */
  exportPerson: {
    method: "POST";
    path: "/v1/exports";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number: string;
      /** Only texts up to this instant */
      until?: string | null | undefined;
    };
    answer: Export;
  };
  /** Lists who has reported whom, the oldest first */
  listReports: {
    method: "GET";
    path: "/v1/reports";
    params: Record<never, never>;
    query: {
      /** The id or the slug of a service; absent: of all */
      service?: string | undefined;
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
    };
    body: null;
    answer: {
      items: Report[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Lists holds, those that were placed first first */
  listHolds: {
    method: "GET";
    path: "/v1/holds";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** Those that hold now, or all that ever held */
      state?: "active" | "all" | undefined;
    };
    body: null;
    answer: {
      items: Hold[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Keeps a conversation, or everything of a person, from retention and erasure */
  placeHold: {
    method: "POST";
    path: "/v1/holds";
    params: Record<never, never>;
    query: Record<never, never>;
    body: {
      /** The id of a conversation */
      conversation?: string | undefined;
      /** A phone number in E.164; without the plus, and with spaces, dashes and brackets, it is taken too */
      number?: string | undefined;
      reason: string;
      /** RFC 3339, with an offset or Z */
      until: string;
    };
    answer: Hold;
  };
  /** Ends a hold before its time */
  releaseHold: {
    method: "DELETE";
    path: "/v1/holds/{id}";
    params: {
      /** Which of the holds */
      id: string;
    };
    query: Record<never, never>;
    body: null;
    answer: Hold;
  };
  /** Lists who did what: reads of numbers and texts, and every change by an operator */
  listAuditEntries: {
    method: "GET";
    path: "/v1/audit";
    params: Record<never, never>;
    query: {
      /** How many items a page has at most */
      limit?: number | undefined;
      /** `next` of the page before */
      cursor?: string | undefined;
      /** Which entries come first */
      order?: "newest-first" | "oldest-first" | undefined;
      /** An id, `link:NAME`, `number:NUMBER` (of ours), `service:SLUG` or `person:DIGEST` */
      subject?: string | undefined;
      /** Such as `conversation.close` */
      action?: string | undefined;
    };
    body: null;
    answer: {
      items: AuditEntry[];
      /** The `cursor` of the next page; null: this is the last */
      next: string | null;
    };
  };
  /** Shows the public key that checks heads of the audit log and certificates of erasure */
  getAuditKey: {
    method: "GET";
    path: "/v1/audit/key";
    params: Record<never, never>;
    query: Record<never, never>;
    body: null;
    answer: AuditKey;
  };
}

/** What a webhook brings, by type. */
export interface WebhookBodies {
  /** Two participants can text each other */
  "conversation.opened": {
    type: "conversation.opened";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How often the conversation had been changed, from 1 */
      version: number;
    };
  };
  /** It has ended by request */
  "conversation.closed": {
    type: "conversation.closed";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How often the conversation had been changed, from 1 */
      version: number;
    };
  };
  /** It has ended by itself */
  "conversation.expired": {
    type: "conversation.expired";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How often the conversation had been changed, from 1 */
      version: number;
      /** Its time was over, or nobody texted */
      reason: "expired" | "idle";
    };
  };
  /** Somebody has taken the place of a participant */
  "conversation.swapped": {
    type: "conversation.swapped";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How often the conversation had been changed, from 1 */
      version: number;
      /** Who has left */
      leftId: string;
      /** Who has taken the place */
      joinedId: string;
    };
  };
  /** A text has come from a handset; what becomes of it is told by other events */
  "message.received": {
    type: "message.received";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** Its writer texts more than the service allows: it leaves later, in order */
  "message.held": {
    type: "message.held";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** Texts in a minute, in an hour, or in a day over all conversations */
      limit: "minute" | "hour" | "day";
      /** How long it waits */
      seconds: number;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** The carrier has taken all of it */
  "message.sent": {
    type: "message.sent";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** Which kind of link it went over */
      link: "smpp" | "http";
      /** How often it was handed to a carrier */
      attempts: number;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** It has arrived */
  "message.delivered": {
    type: "message.delivered";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** It has not arrived and will not */
  "message.failed": {
    type: "message.failed";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** Whether it failed or its time was over */
      state: "failed" | "expired";
      /** Why, in a short code of ours or of the carrier */
      code: string | null;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** It was not passed on, as somebody does not want it */
  "message.blocked": {
    type: "message.blocked";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** Why, in a short code of ours or of the carrier */
      code: string | null;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** The number texted stands for nobody to the sender */
  "message.unroutable": {
    type: "message.unroutable";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** How many segments the text takes */
      segments: number;
      /** Why, in a short code of ours or of the carrier */
      code: string | null;
      /** What it says, where the endpoint includes `text`; null: it is erased, or too long */
      text?: string | null | undefined;
    };
  };
  /** It shows a way to reach its writer elsewhere */
  "leak.found": {
    type: "leak.found";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** The conversation that the message belongs to; null: none */
      conversationId: string | null;
      /** Who wrote it; null: we, or the platform, or a stranger */
      senderId: string | null;
      /** Whom it is meant for; null: nobody whom we know */
      recipientId: string | null;
      /** A telephone number, a mail box, a web address, or a user name somewhere else */
      kind: "phone" | "email" | "link" | "handle";
      /** What is only likely is left as it is */
      certainty: "sure" | "likely";
      /** Where it begins in the text as it was written, in UTF-16 units */
      start: number;
      /** Where it ends, exclusive */
      end: number;
      /** What was done: nothing, it was hidden, or the text was not passed on */
      action: "observe" | "mask" | "block";
    };
  };
  /** A number has been added to the pool */
  "number.rented": {
    type: "number.rented";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Its country: ISO 3166-1 alpha-2 */
      country: string;
    };
  };
  /** A number is not given to new conversations */
  "number.drained": {
    type: "number.drained";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Its country: ISO 3166-1 alpha-2 */
      country: string;
    };
  };
  /** A number has left the pool */
  "number.released": {
    type: "number.released";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Its country: ISO 3166-1 alpha-2 */
      country: string;
    };
  };
  /** Few numbers of a country are left */
  "pool.low": {
    type: "pool.low";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Numbers that are left */
      free: number;
    };
  };
  /** A conversation could not be opened for lack of a number */
  "pool.exhausted": {
    type: "pool.exhausted";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Numbers that are left */
      free: number;
    };
  };
  /** Somebody wants no texts */
  "participant.opted-out": {
    type: "participant.opted-out";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How we heard of it: a text, the API, or the carrier */
      source: "text" | "api" | "carrier";
      /** The newest conversation that the person takes part in */
      conversationId: string | null;
    };
  };
  /** Somebody wants texts again */
  "participant.opted-in": {
    type: "participant.opted-in";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** How we heard of it: a text, the API, or the carrier */
      source: "text" | "api" | "carrier";
      /** The newest conversation that the person takes part in */
      conversationId: string | null;
    };
  };
  /** The other participant has reported and blocked somebody */
  "participant.reported": {
    type: "participant.reported";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
      /** Who has reported */
      reporterId: string;
    };
  };
  /** Somebody texts more than the service allows; told once an hour in a conversation */
  "participant.limit-exceeded": {
    type: "participant.limit-exceeded";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
      /** Texts in a minute, in an hour, in a day over all conversations, or the same text or link into many conversations */
      limit: "minute" | "hour" | "day" | "same-text" | "same-link";
      /** Whether texts beyond it are passed on, leave later, or are blocked */
      action: "observe" | "hold" | "block";
    };
  };
  /** Two machines answer each other, and are stopped; told once an hour with a text that was */
  "abuse.loop": {
    type: "abuse.loop";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
    };
  };
  /** Somebody texts this number of ours and others again and again, and reaches nobody; told once an hour for each of them */
  "abuse.stranger": {
    type: "abuse.stranger";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** More texts of one sender in an hour are ignored */
      perHour: number;
    };
  };
  /** Intros, texts that advertise and broadcasts have cost as much as a day may, and are stopped; told once a day for each service */
  "abuse.spend-cap": {
    type: "abuse.spend-cap";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Segments of a day */
      cap: number;
      /** Whose cap it is: SPEND_CAP, over all services, or that of the rules of this one */
      of: "installation" | "service";
    };
  };
  /** More conversations are being opened than the service allows; told once an hour for each limit */
  "abuse.openings": {
    type: "abuse.openings";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Of the whole service, or to numbers that are the same but for the last four digits */
      limit: "hour" | "prefix";
      /** How many are allowed in an hour */
      perHour: number;
    };
  };
  /** Somebody says to be another person: the number may have a new owner */
  "participant.wrong-number": {
    type: "participant.wrong-number";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
    };
  };
  /** The last three texts to somebody failed as their number is in nobody's use; told once */
  "participant.unreachable": {
    type: "participant.unreachable";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
    };
  };
  /** The real number has a new owner: what was open with it has ended */
  "participant.reassigned": {
    type: "participant.reassigned";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Where it was said */
      conversationId: string;
    };
  };
  /** A carrier link can send or receive */
  "link.up": {
    type: "link.up";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
    };
  };
  /** A carrier link can do neither */
  "link.down": {
    type: "link.down";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
    };
  };
  /** A link sends nothing until it is resumed */
  "link.paused": {
    type: "link.paused";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
      /** The name of the API key with which it was asked for */
      by: string;
      /** Segments under way at the same time; null: as each process is set up */
      window: number | null;
      /** Segments a second of its account; null: as each process is set up */
      rate: number | null;
    };
  };
  /** A link that was paused sends again */
  "link.resumed": {
    type: "link.resumed";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
      /** The name of the API key with which it was asked for */
      by: string;
      /** Segments under way at the same time; null: as each process is set up */
      window: number | null;
      /** Segments a second of its account; null: as each process is set up */
      rate: number | null;
    };
  };
  /** A link was told to end what is under way and to connect anew */
  "link.restarted": {
    type: "link.restarted";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
      /** The name of the API key with which it was asked for */
      by: string;
      /** Segments under way at the same time; null: as each process is set up */
      window: number | null;
      /** Segments a second of its account; null: as each process is set up */
      rate: number | null;
    };
  };
  /** A link has got another window or rate */
  "link.changed": {
    type: "link.changed";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Over which protocol it goes */
      kind: "smpp" | "http";
      /** The name of the API key with which it was asked for */
      by: string;
      /** Segments under way at the same time; null: as each process is set up */
      window: number | null;
      /** Segments a second of its account; null: as each process is set up */
      rate: number | null;
    };
  };
  /** The end of the audit log, signed: keep it where nobody who can write to the database can */
  "audit.head": {
    type: "audit.head";
    /** RFC 3339, in UTC */
    timestamp: string;
    data: {
      /** What it is about: an id, one of our numbers, a country, or the name of a link */
      subject: string | null;
      /** The service that it belongs to */
      service: string;
      /** Its place: what is read after it comes later */
      cursor: string;
      /** Of the last entry */
      position: number;
      /** Of the last entry: SHA-256, in hexadecimal */
      hash: string;
      /** Which key has signed it; null: none */
      keyId: string | null;
      /** Ed25519 over the canonical JSON of position, hash and at, in base64; at is the timestamp in milliseconds */
      signature: string | null;
    };
  };
}

/** What the API answers, as far as the console shows it. Times are RFC 3339, numbers E.164 with a plus. */
export interface Session {
  readonly signedIn: boolean;
  readonly name: string | null;
  readonly scope: "admin" | "read" | null;
  /** The one service that the key sees; null: all. */
  readonly service: string | null;
  readonly until: string | null;
  /** There is a simulated carrier, whose handsets and faults can be used. */
  readonly sandbox: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Participant {
  readonly id: string;
  readonly name: string | null;
  /** Masked; null when it cannot be read. */
  readonly number: string | null;
  readonly country: string;
  readonly virtualNumber: string;
}

export interface FormerParticipant extends Participant {
  readonly leftAt: string;
}

export interface Conversation {
  readonly id: string;
  readonly reference: string | null;
  readonly state: "open" | "closed";
  readonly participants: readonly [Participant, Participant];
  readonly formerParticipants: readonly FormerParticipant[];
  readonly openedAt: string;
  readonly expiresAt: string | null;
  readonly idleTtl: string | null;
  readonly lastMessageAt: string | null;
  readonly closedAt: string | null;
  readonly closeReason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly unreadable?: true;
}

export type MessageState =
  | "partial"
  | "queued"
  | "sending"
  | "unknown"
  | "sent"
  | "delivered"
  | "failed"
  | "expired"
  | "blocked"
  | "unroutable";

export interface Message {
  readonly id: string;
  readonly conversationId: string | null;
  /** A participant's id, or `app`; null: a stranger. */
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly text: string | null;
  readonly state: MessageState;
  readonly link: "smpp" | "http" | null;
  readonly segments: number;
  readonly attempts: number;
  readonly carrierMessageIds: readonly string[];
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly receivedAt: string;
  readonly queuedAt: string | null;
  readonly sentAt: string | null;
  readonly finalAt: string | null;
}

/** A message that a search has found; `texted` is the virtual number that a stranger texted. */
export interface FoundMessage extends Message {
  readonly texted: string | null;
}

export interface MessageSearch extends Page<FoundMessage> {
  readonly nearMisses: readonly {
    readonly virtualNumber: string;
    readonly conversations: readonly Conversation[];
  }[];
}

export interface VirtualNumber {
  readonly number: string;
  readonly country: string;
  readonly features: readonly string[];
  readonly state: string;
  readonly liveRoutes: number;
  readonly quarantinedRoutes: number;
  readonly addedAt: string;
}

/** A brand with numbers, conversations and rules of its own. Rules that are absent go by the settings of the installation. */
export interface Service {
  readonly id: string;
  readonly slug: string;
  readonly name: string | null;
  readonly rules: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

/** The numbers of a country, and what its conversations need. */
export interface Pool {
  /** By its slug. */
  readonly service: string;
  readonly country: string;
  readonly numbers: { readonly active: number; readonly draining: number };
  readonly liveRoutes: number;
  readonly quarantinedRoutes: number;
  /** The fewest numbers with which these routes could be. */
  readonly minimum: number;
  /** A participant who has as many routes. */
  readonly boundBy: string | null;
  /** Active numbers beyond the minimum. */
  readonly headRoom: number;
}

/** Texts that did not arrive for one reason. */
export interface FailureOfCode {
  readonly code: string;
  readonly meaning: string;
  readonly advice: string;
  readonly count: number;
  readonly lastAt: string;
  /** Ours, from which they went. */
  readonly numbers: readonly { readonly number: string; readonly count: number }[];
}

export interface Failures extends Page<FailureOfCode> {
  readonly since: string;
  /** False: there were more than are counted. */
  readonly complete: boolean;
}

export interface Link {
  readonly name: string;
  readonly process: string;
  readonly kind: "smpp" | "http";
  readonly direction: "transceiver" | "transmitter" | "receiver";
  readonly state: "up" | "degraded" | "connecting" | "paused" | "down";
  readonly reason: { readonly code: string; readonly name: string; readonly detail: string } | null;
  readonly nextAttemptAt: string | null;
  readonly inFlight: number;
  readonly window: number;
  readonly rate: number;
  readonly sent: number;
  readonly throttled: number;
  readonly since: string;
}

/** Something that happened. */
export interface FeedEvent {
  readonly id: string;
  readonly cursor: string;
  readonly type: string;
  readonly timestamp: string;
  readonly service: string;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Explanation {
  readonly outcome: "relay" | "unroutable" | "blocked" | "failed" | "command";
  readonly reason: string | null;
  readonly command: string | null;
  readonly conversationId: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly recipientNumber: string | null;
  readonly shownNumber: string | null;
  readonly since: string | null;
  readonly until: string | null;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** What a simulated handset got. */
export interface HandsetMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly parts: number;
  readonly link: "smpp" | "http";
  readonly receivedAt: string;
}

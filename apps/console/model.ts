import type { Operations } from "#apps/client/types.gen.ts";

/** What the API answers, as it is described; real numbers are masked. */
export type { Page } from "#apps/client/listing.ts";
export type { Problem } from "#apps/client/problem.ts";
export type {
  AuditEntry,
  Conversation,
  Delivery,
  Event as FeedEvent,
  FailureOfCode,
  FormerParticipant,
  FoundMessage,
  Link,
  Message,
  Number as VirtualNumber,
  Participant,
  Pool,
  RetriedFailures,
  RouteExplanation as Explanation,
  Service,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from "#apps/client/types.gen.ts";

export type MessageSearch = Operations["searchMessages"]["answer"];

/** Who is signed in. */
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

/** What waits in the database; null: not counted yet. */
export interface Queue {
  readonly openConversations: number | null;
  readonly queued:
    | readonly {
        readonly priority: "relay" | "system" | "broadcast";
        readonly messages: number;
        /** When the oldest was received; null: there is none. */
        readonly oldestAt: string | null;
      }[]
    | null;
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

import type { LoggedEvent } from "#core/domain/event.ts";
import type { KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import type { Breaker } from "#core/domain/webhooks/breaker.ts";
import type { DisabledReason, WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";

/** Endpoints of all services together: each is kept in the memory of the process that sends to it. */
export const ENDPOINTS_MAX = 1_000;
/** Attempts that are kept of an endpoint, the newest. */
export const ATTEMPTS_KEPT = 200;

/** Where events are delivered, how far that has come, and what is to be tried again. */
export interface Webhooks {
  /** Repeated with the same id, it answers the endpoint as it is. */
  add(endpoint: WebhookEndpoint): Promise<WebhookEndpoint | "too-many">;
  get(id: string): Promise<WebhookEndpoint | null>;
  /** By id, of one service or of all (null). */
  list(service: string | null): Promise<readonly WebhookEndpoint[]>;
  /** Changes it if it still has that version, and counts the version up: whoever sends to it begins anew from what is stored. */
  change(
    id: string,
    version: number,
    change: EndpointChange,
  ): Promise<WebhookEndpoint | "version-mismatch" | null>;
  /** Forgets it, and what was to be tried again. False: there is none. */
  remove(id: string): Promise<boolean>;
  /** The attempts that are kept, newest first: those that failed, and some of those that did not. */
  attempts(id: string, limit: number): Promise<readonly KeptAttempt[]>;
  /** Keeps an attempt that belongs to no delivery. */
  keepAttempt(id: string, attempt: KeptAttempt): Promise<void>;

  /**
   * Prolongs a process's leases for `leaseMs` from now, and takes those endpoints that are active and nobody's, or whose lease has ended.
   * Answers all that it has: nobody else sends to these until the leases end.
   */
  lease(process: string, leaseMs: number): Promise<readonly LeasedEndpoint[]>;
  /** Gives leases up: all of the process, or that of one endpoint. */
  release(process: string, endpointId?: string): Promise<void>;
  /** Keeps how far deliveries have come. `lost`: the lease is another's, or somebody has changed the endpoint: nothing is kept. */
  save(progress: Progress): Promise<"saved" | "lost">;
  /**
   * Claims what is to be tried again by `now`, the longest due first, for `claimMs`; with `anyTime` also what is not due. No other claim
   * gets it in that time. Answers also when the next one is due; null: there is none.
   */
  claimRetries(request: RetryRequest): Promise<ClaimedRetries>;
}

export type EndpointChange = Partial<
  Pick<
    WebhookEndpoint,
    | "url"
    | "events"
    | "include"
    | "secrets"
    | "state"
    | "disabledReason"
    | "cursor"
    | "skipBefore"
    | "breaker"
  >
>;

export interface LeasedEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** How many deliveries are to be tried again. */
  readonly retries: number;
  /** When the first of them is due; null: there are none. */
  readonly nextRetryAt: number | null;
}

/** A delivery that is to be tried again. */
export interface Retry {
  readonly event: LoggedEvent;
  /** Attempts made so far. */
  readonly attempts: number;
  readonly dueAt: number;
}

export interface Progress {
  readonly process: string;
  readonly endpointId: string;
  readonly version: number;
  readonly cursor: string;
  readonly breaker: Breaker;
  readonly lastDeliveredAt: number | null;
  /** To be tried again: takes the place of what was known of these events. */
  readonly failed: readonly Retry[];
  /** Ids of events that are not tried again. */
  readonly ended: readonly string[];
  readonly attempts: readonly KeptAttempt[];
  /** Ends the deliveries. */
  readonly disable: DisabledReason | null;
}

export interface RetryRequest {
  readonly process: string;
  readonly endpointId: string;
  readonly now: number;
  readonly limit: number;
  readonly claimMs: number;
  readonly anyTime: boolean;
}

export interface ClaimedRetries {
  readonly retries: readonly Retry[];
  readonly nextAt: number | null;
}

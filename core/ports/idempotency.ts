/** A request that has no answer after this long was given up by a crash: the next one with its key carries it out. */
export const TAKEOVER_AFTER_MS = 60_000;

/** When an attempt that was given back counts as begun: long enough ago for whoever comes next, also by a clock that is behind. */
export const releasedAt = (at: number): number => at - 2 * TAKEOVER_AFTER_MS;

/** Answers of requests that may be repeated, so that repeating them is safe. */
export interface Idempotency {
  /**
   * `scope` is which API key asks for what, `key` names the request, `fingerprint` is of its body (null: it is not read yet).
   * `first`: ours to carry out; the same seed is given again to whoever has to carry it out again after a crash. What never came to
   * its fingerprint has carried nothing out: it begins anew, from the seed of whoever takes it over.
   */
  begin(request: KeyedRequest): Promise<Begun>;
  /** Tells the fingerprint of an attempt that began without one, before it takes effect. `seed` is the one it was given. */
  identify(request: KeyedRequest & { readonly fingerprint: string }): Promise<Identified>;
  /** Keeps the answer for later repetitions. */
  finish(request: Pick<KeyedRequest, "scope" | "key">, answer: KeptAnswer): Promise<void>;
  /**
   * Gives back the key of an attempt that ended without telling whether it was carried out: the next request with this key carries it
   * out at once, from the same seed. `at` is that of the attempt; one that somebody has taken over meanwhile stays.
   */
  release(request: Pick<KeyedRequest, "scope" | "key" | "at">): Promise<void>;
  /** Forgets an attempt that carried nothing out; one that somebody has taken over meanwhile stays. */
  abandon(request: Pick<KeyedRequest, "scope" | "key" | "at">): Promise<void>;
  /** Forgets what was begun before an instant. */
  prune(before: number): Promise<void>;
}

export interface KeyedRequest {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string | null;
  /** A UUID from which the ids of whatever the request makes are taken. */
  readonly seed: string;
  readonly at: number;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
  /** Those that belong to what was made. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What stands for an answer that led to somebody who was erased. A repetition is not carried out: anew it would do again what the first one
 * did. RFC 9457.
 */
export const ERASED_ANSWER: KeptAnswer = {
  status: 422,
  body: JSON.stringify({
    type: "urn:sms-proxy:idempotency-mismatch",
    title: "Idempotency key used for another request",
    status: 422,
    detail: "The answer to the request with this key has been erased",
    retryable: false,
  }),
};

export type Begun =
  | { readonly kind: "first"; readonly seed: string }
  | { readonly kind: "answered"; readonly answer: KeptAnswer }
  /** Another request with this key says something else. */
  | { readonly kind: "mismatch" }
  /** It is answered, and whether this request says the same is told by its fingerprint. */
  | { readonly kind: "unread" }
  /** The first one is still being carried out; `since`: when it began. */
  | { readonly kind: "running"; readonly since: number };

/** `ours`: it may take effect. `taken-over`: it lasted so long that another attempt counts. */
export type Identified = "ours" | "mismatch" | "taken-over";

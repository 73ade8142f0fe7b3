import type { Clock } from "#core/ports/clock.ts";
import { type Idempotency, type KeptAnswer, TAKEOVER_AFTER_MS } from "#core/ports/idempotency.ts";
import type { Ids } from "#core/ports/ids.ts";

export interface CarryOutOncePorts {
  readonly idempotency: Idempotency;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The ids that follow from a seed: the same again from the same one. */
  readonly idsFrom: (seed: string) => Ids;
  /** The request has been carried out, but its answer could not be kept. */
  readonly notKept: (error: unknown) => void;
}

export interface OnceRequest {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

export interface CarriedOut<Answer> {
  readonly answer: Answer;
  /** What a repetition is answered; null: nothing was carried out, and the key is free again. */
  readonly keep: KeptAnswer | null;
}

export type OnceOutcome<Answer> =
  | { readonly kind: "carried-out"; readonly answer: Answer }
  | { readonly kind: "repeated"; readonly answer: KeptAnswer }
  /** The key came with another request before. */
  | { readonly kind: "mismatch" }
  /** The first request with this key has not ended; worth repeating after so long. */
  | { readonly kind: "running"; readonly retryAfterMs: number };

/** Most requests end within this time. One that runs for longer is waited for until it counts as crashed. */
const USUAL_MS = 5_000;
const SOON_MS = 1_000;
/** Requests whose key could not be given back yet, as the database was away; older ones wait until they count as crashed. */
const UNRELEASED_MAX = 10_000;

/**
 * Carries a request out once for each key. Only what was carried out is kept: a refusal leaves the key free. What throws may or may
 * not have been carried out: its key is given back at once with its seed, so that a repetition makes the same things by the same
 * ids, and finds those that exist.
 */
export const carryOutOnce = ({ idempotency, clock, ids, idsFrom, notKept }: CarryOutOncePorts) => {
  /** When each of these began. By scope and key. */
  const unreleased = new Map<string, number>();

  const release = async (request: OnceRequest, at: number): Promise<void> => {
    const id = idOf(request);
    try {
      await idempotency.release({ ...request, at });
      unreleased.delete(id);
    } catch {
      if (unreleased.size < UNRELEASED_MAX) unreleased.set(id, at);
    }
  };

  const begin = async (request: OnceRequest, at: number) => {
    const attempt = { ...request, seed: ids.next(), at };
    const begun = await idempotency.begin(attempt);
    const endedAt = unreleased.get(idOf(request));
    if (begun.kind !== "running" || endedAt === undefined) return begun;
    await release(request, endedAt);
    return idempotency.begin(attempt);
  };

  return async <Answer>(
    request: OnceRequest,
    carryOut: (ids: Ids) => Promise<CarriedOut<Answer>>,
  ): Promise<OnceOutcome<Answer>> => {
    const at = clock.now();
    const begun = await begin(request, at);
    switch (begun.kind) {
      case "answered":
        return { kind: "repeated", answer: begun.answer };
      case "mismatch":
        return begun;
      case "running":
        return { kind: "running", retryAfterMs: retryAfter(at - begun.since) };
      case "first": {
        const { answer, keep } = await carryOut(idsFrom(begun.seed)).catch(async (error: unknown) => {
          await release(request, at);
          throw error;
        });
        try {
          await (keep ? idempotency.finish(request, keep) : idempotency.abandon(request));
        } catch (error) {
          notKept(error);
          await release(request, at);
        }
        return { kind: "carried-out", answer };
      }
    }
  };
};

const idOf = ({ scope, key }: OnceRequest): string => JSON.stringify([scope, key]);

const retryAfter = (ageMs: number): number =>
  ageMs < USUAL_MS ? SOON_MS : Math.max(SOON_MS, TAKEOVER_AFTER_MS - ageMs);

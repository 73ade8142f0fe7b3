import type { Clock } from "#core/ports/clock.ts";
import {
  type Idempotency,
  type Identified,
  type KeptAnswer,
  type KeyedRequest,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
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
  /** Of its body; a function: of one that is read as it is carried out, of which it reads what is left. */
  readonly fingerprint: string | (() => Promise<string>);
}

/** Asked once, when the body is read and before anything takes effect. False: undo what there is; another answer is given. */
export type MayTakeEffect = () => Promise<boolean>;

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

  const release = async (request: Named, at: number): Promise<void> => {
    const id = idOf(request);
    try {
      await idempotency.release({ ...request, at });
      unreleased.delete(id);
    } catch {
      if (unreleased.size < UNRELEASED_MAX) unreleased.set(id, at);
    }
  };

  const begin = async (attempt: KeyedRequest) => {
    const begun = await idempotency.begin(attempt);
    const endedAt = unreleased.get(idOf(attempt));
    if (begun.kind !== "running" || endedAt === undefined) return begun;
    await release(attempt, endedAt);
    return idempotency.begin(attempt);
  };

  return async <Answer>(
    { fingerprint, ...named }: OnceRequest,
    carryOut: (ids: Ids, mayTakeEffect: MayTakeEffect) => Promise<CarriedOut<Answer>>,
  ): Promise<OnceOutcome<Answer>> => {
    const at = clock.now();
    const attempt = { ...named, seed: ids.next(), at };
    const isRead = typeof fingerprint === "string";
    const asked = await begin({ ...attempt, fingerprint: isRead ? fingerprint : null });
    const isLate = asked.kind === "unread" && !isRead;
    const begun = isLate ? await begin({ ...attempt, fingerprint: await fingerprint() }) : asked;
    // The kept answer has been forgotten while the body was read, which nobody can read again.
    if (isLate && begun.kind === "first") {
      await idempotency.abandon(attempt);
      return { kind: "running", retryAfterMs: SOON_MS };
    }
    if (begun.kind === "answered") return { kind: "repeated", answer: begun.answer };
    if (begun.kind === "running") return { kind: "running", retryAfterMs: retryAfter(at - begun.since) };
    if (begun.kind !== "first") return { kind: "mismatch" };
    const { seed } = begun;
    const told: { is: Identified | null } = { is: isRead ? "ours" : null };
    const mayTakeEffect = async (): Promise<boolean> => {
      if (told.is === null && !isRead)
        told.is = await idempotency.identify({
          ...{ ...attempt, seed },
          fingerprint: await fingerprint(),
        });
      // breakage: take-effect-unread
      return told.is === "ours";
    };
    const { answer, keep } = await carryOut(idsFrom(seed), mayTakeEffect).catch(async (error: unknown) => {
      await release(attempt, at);
      throw error;
    });
    const isAnothers = told.is === null && seed !== attempt.seed;
    try {
      if (told.is === "taken-over") return { kind: "running", retryAfterMs: SOON_MS };
      // What came before with this key may have taken effect: whoever says the same is still to find it.
      if (told.is === "mismatch" || isAnothers) await release(attempt, at);
      else await (keep ? idempotency.finish(attempt, keep) : idempotency.abandon(attempt));
    } catch (error) {
      notKept(error);
      await release(attempt, at);
    }
    return told.is === "mismatch" ? { kind: "mismatch" } : { kind: "carried-out", answer };
  };
};

type Named = Pick<OnceRequest, "scope" | "key">;

const idOf = ({ scope, key }: Named): string => JSON.stringify([scope, key]);

const retryAfter = (ageMs: number): number =>
  ageMs < USUAL_MS ? SOON_MS : Math.max(SOON_MS, TAKEOVER_AFTER_MS - ageMs);

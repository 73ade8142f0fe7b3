import { seededIds } from "#adapters/node/seeded-ids.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Idempotency } from "#core/ports/idempotency.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import { type CarriedOut, carryOutOnce, type MayTakeEffect } from "#core/use-cases/carry-out-once.ts";
import type { Answer } from "./answers.ts";
import { invalid, problem } from "./problems.ts";

export interface RepeatablePorts {
  readonly idempotency: Idempotency;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Pick<Journal, "answerNotKept">;
}

export interface RepeatableRequest {
  /** The value of `Idempotency-Key`; undefined: the request is not meant to be repeated. */
  readonly key: string | undefined;
  /** Which API key asks, and for what. */
  readonly scope: string;
  /** A digest of what it says; a function: of a body that is read as the request is carried out. */
  readonly fingerprint: string | (() => Promise<string>);
}

/** The key is a structured field, a string in quotes (RFC 9651 §3.3.3); many clients leave the quotes out. */
const unquoted = (key: string): string => {
  const [, inside] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(key.trim()) ?? [];
  return inside === undefined ? key : inside.replaceAll(/\\(["\\])/g, "$1");
};

/** 1 to 255 printable characters of ASCII. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * Carries a request out once for each key: a repetition gets the first answer. Only what was carried out is kept; every refusal
 * may pass (numbers are free again, a slip is corrected), and leaves its key free.
 */
export const repeatable = ({ idempotency, clock, ids, journal }: RepeatablePorts) => {
  const notKept = (error: unknown): void => journal.answerNotKept({ error });
  const once = carryOutOnce({ idempotency, clock, ids, idsFrom: seededIds, notKept });

  return async (
    { key, scope, fingerprint }: RepeatableRequest,
    carryOut: (ids: Ids, mayTakeEffect: MayTakeEffect) => Promise<Answer>,
  ): Promise<Answer> => {
    if (key === undefined) return carryOut(ids, always);
    const name = unquoted(key);
    if (!KEY.test(name))
      return invalid({ path: "Idempotency-Key", message: "must be 1 to 255 printable characters of ASCII" });
    const request = { scope, key: name, fingerprint };
    const outcome = await once(request, async (own, mayTakeEffect) =>
      carriedOut(await carryOut(own, mayTakeEffect)),
    );
    switch (outcome.kind) {
      case "carried-out":
        return outcome.answer;
      case "repeated":
        return {
          status: outcome.answer.status,
          body: JSON.parse(outcome.answer.body),
          headers: { ...outcome.answer.headers, ...REPLAYED },
        };
      case "mismatch":
        return problem("idempotency-mismatch", "This Idempotency-Key came with another body before");
      case "running":
        return problem("request-running", "The first request with this Idempotency-Key is still running", {
          headers: { "Retry-After": String(Math.ceil(outcome.retryAfterMs / 1_000)) },
        });
    }
  };
};

export const always: MayTakeEffect = async () => true;

const carriedOut = (answer: Answer): CarriedOut<Answer> => {
  const { status, body = null, headers } = answer;
  const kept = { status, body: JSON.stringify(body), ...(headers && { headers }) };
  return { answer, keep: status < 300 ? kept : null };
};

const REPLAYED = { "Idempotent-Replayed": "true" };

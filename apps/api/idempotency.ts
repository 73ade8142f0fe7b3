import { hash } from "node:crypto";
import { seededIds } from "#adapters/node/seeded-ids.ts";
import type { Log } from "#apps/process/log.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Idempotency } from "#core/ports/idempotency.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Answer } from "./answers.ts";
import { invalid, problem } from "./problems.ts";

export interface RepeatablePorts {
  readonly idempotency: Idempotency;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface RepeatableRequest {
  /** The value of `Idempotency-Key`; undefined: the request is not meant to be repeated. */
  readonly key: string | undefined;
  /** Who asks, and what for. */
  readonly scope: string;
  readonly raw: Buffer;
}

/** 1 to 255 printable characters of ASCII. */
const KEY = /^[\x20-\x7e]{1,255}$/;
/** When a repetition of a request that is still being carried out may come, in seconds. */
const RUNNING_RETRY_S = 1;

/**
 * Carries a request out once for each key: a repetition gets the first answer, and one after a crash makes the same
 * things by the same ids. Answers of 500 and above are not kept, as they say nothing that lasts.
 */
export const repeatable =
  ({ idempotency, clock, ids, log }: RepeatablePorts) =>
  async (request: RepeatableRequest, carryOut: (ids: Ids) => Promise<Answer>): Promise<Answer> => {
    const { key, scope, raw } = request;
    if (key === undefined) return carryOut(ids);
    if (!KEY.test(key))
      return invalid({ path: "Idempotency-Key", message: "must be 1 to 255 printable characters of ASCII" });
    const fingerprint = hash("sha256", raw, "hex");
    const begun = await idempotency.begin({ scope, key, fingerprint, seed: ids.next(), at: clock.now() });
    switch (begun.kind) {
      case "answered":
        return { status: begun.answer.status, body: JSON.parse(begun.answer.body), headers: REPLAYED };
      case "mismatch":
        return problem("idempotency-mismatch", "This Idempotency-Key came with another body before");
      case "running":
        return problem("request-running", "The first request with this Idempotency-Key is still running", {
          headers: { "Retry-After": String(RUNNING_RETRY_S) },
        });
      case "first": {
        // What throws may or may not have been carried out: its seed stays, so that a repetition finds out.
        const answer = await carryOut(seededIds(begun.seed));
        await keep(answer);
        return answer;
      }
    }

    async function keep(answer: Answer): Promise<void> {
      const lasts = answer.status < 500 && answer.status !== 429;
      const { status, body = null } = answer;
      try {
        if (lasts) await idempotency.finish({ scope, key: key! }, { status, body: JSON.stringify(body) });
        else await idempotency.abandon({ scope, key: key! });
      } catch (error) {
        // It has been carried out: the client has to know that.
        log.warn({ err: error }, "An answer could not be kept");
      }
    }
  };

const REPLAYED = { "Idempotent-Replayed": "true" };

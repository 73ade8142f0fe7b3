import type { Kysely } from "kysely";
import {
  type Begun,
  type Idempotency,
  type KeyedRequest,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
import type { BlindIndex } from "./blind-index.ts";
import { executeIn } from "./database.ts";
import { hexOf } from "./inbound-parts.ts";
import type { Schema } from "./schema.ts";
import type { SealedValues } from "./sealed-values.ts";

export interface IdempotencyContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

interface RequestRow {
  readonly fingerprint: string;
  readonly seed: string;
  readonly begun_at: number;
  readonly answer: Buffer | null;
}

export const postgresIdempotency = ({ db, index, sealed }: IdempotencyContext): Idempotency => {
  const execute = executeIn(db);
  const indexOf = async ({ scope, key }: Pick<KeyedRequest, "scope" | "key">): Promise<string> =>
    (await index()).of("request", JSON.stringify([scope, key]));

  const begin = async (request: KeyedRequest): Promise<Begun> => {
    const id = await indexOf(request);
    const fingerprint = (await index()).of("fingerprint", request.fingerprint);
    const [first] = await execute<{ seed: string }>(BEGIN, [id, fingerprint, request.seed, request.at]);
    if (first) return { kind: "first", seed: first.seed };
    const [row] = await execute<RequestRow>("select * from idempotency where request_index = $1", [id]);
    // Given up between the two statements: ours after all.
    if (!row) return begin(request);
    if (hexOf(row.fingerprint) !== fingerprint) return { kind: "mismatch" };
    return row.answer ? { kind: "answered", answer: sealed.openAnswer(id, row.answer) } : { kind: "running" };
  };

  return {
    begin,
    finish: async (request, answer) => {
      const id = await indexOf(request);
      await execute("update idempotency set answer = $2 where request_index = $1 and answer is null", [
        id,
        sealed.sealAnswer(id, answer),
      ]);
    },
    abandon: async (request) => {
      await execute("delete from idempotency where request_index = $1 and answer is null", [
        await indexOf(request),
      ]);
    },
    prune: async (before) => {
      await execute("delete from idempotency where begun_at < $1", [before]);
    },
  };
};

/** Ours when nobody has begun it, or when whoever has must have crashed; the seed stays the first one. */
const BEGIN = `insert into idempotency as i (request_index, fingerprint, seed, begun_at) values ($1, $2, $3, $4)
on conflict (request_index) do update set begun_at = excluded.begun_at
where i.answer is null and i.fingerprint = excluded.fingerprint and excluded.begun_at - i.begun_at >= ${TAKEOVER_AFTER_MS}
returning seed`;

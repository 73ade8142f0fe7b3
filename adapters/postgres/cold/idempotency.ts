import type { Kysely } from "kysely";
import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { bigintArray, uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import {
  type Begun,
  type Idempotency,
  type KeptAnswer,
  type KeyedRequest,
  releasedAt,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

interface IdempotencyContext {
  readonly db: Kysely<Schema>;
  readonly connections: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

const BATCH_MAX = 100;

/** Nothing that the caller wrote can be read in it. */
interface Attempt {
  readonly id: string;
  readonly fingerprint: string | null;
  readonly seed: string;
  readonly at: number;
}

interface Finished {
  readonly id: string;
  readonly answer: KeptAnswer;
}

export const postgresIdempotency = ({ db, connections, index, sealed }: IdempotencyContext): Idempotency => {
  const execute: Execute = (text, values) =>
    withConnection(connections, (connection) => executeOn(connection)(text, values));
  const begin = batched(BATCH_MAX, (attempts: readonly Attempt[]) => beginAll(execute, sealed, attempts));
  const finish = batched(BATCH_MAX, async (all: readonly Finished[]) => {
    await execute(FINISH, [
      uuidArray(all.map(({ id }) => id)),
      byteaArray(all.map(({ id, answer }) => sealed.sealAnswer(id, answer))),
    ]);
    return all;
  });
  const indexOf = async ({ scope, key }: Pick<KeyedRequest, "scope" | "key">): Promise<string> =>
    (await index()).of("request", JSON.stringify([scope, key]));

  const printOf = async (fingerprint: string): Promise<string> =>
    (await index()).of("fingerprint", fingerprint);

  return {
    begin: async (request) => {
      const id = await indexOf(request);
      const fingerprint = request.fingerprint === null ? null : await printOf(request.fingerprint);
      for (;;) {
        const begun = await begin({ id, fingerprint, seed: request.seed, at: request.at });
        if (begun === "unreadable") throw new StorageUnavailable("A kept answer does not open");
        if (begun !== "given-up") return begun;
      }
    },
    identify: async (request) => {
      const [row] = await execute<{ is_same: boolean }>(IDENTIFY, [
        ...[await indexOf(request), request.seed, request.at],
        await printOf(request.fingerprint),
      ]);
      if (!row) return "taken-over";
      return row.is_same ? "ours" : "mismatch";
    },
    finish: async (request, answer) => {
      await finish({ id: await indexOf(request), answer });
    },
    abandon: async (request) => {
      await db
        .deleteFrom("idempotency")
        .where("request_index", "=", await indexOf(request))
        .where("begun_at", "=", request.at)
        .where("answer", "is", null)
        .execute();
    },
    release: async (request) => {
      await db
        .updateTable("idempotency")
        .set({ begun_at: releasedAt(request.at) })
        .where("request_index", "=", await indexOf(request))
        .where("begun_at", "=", request.at)
        .where("answer", "is", null)
        .execute();
    },
    prune: async (before) => {
      await db.deleteFrom("idempotency").where("begun_at", "<", before).execute();
    },
  };
};

interface RequestRow {
  readonly request_index: string;
  readonly fingerprint: string | null;
  readonly begun_at: number;
  readonly answer: Buffer | null;
}

/** `given-up`: another process had it, and has it no more. `unreadable`: the kept answer does not open. */
const beginAll = async (
  execute: Execute,
  sealed: SealedValues,
  attempts: readonly Attempt[],
): Promise<readonly (Begun | "given-up" | "unreadable")[]> => {
  const apart = [...new Map(attempts.toReversed().map((each) => [each.id, each])).values()];
  const begun = await execute<{ request_index: string; seed: string }>(BEGIN, [
    uuidArray(apart.map(({ id }) => id)),
    plainArray(apart.map(({ fingerprint }) => fingerprint)),
    uuidArray(apart.map(({ seed }) => seed)),
    bigintArray(apart.map(({ at }) => at)),
  ]);
  const seeds = new Map(begun.map(({ request_index, seed }) => [hexOf(request_index), seed]));
  const firsts = new Set(apart.filter(({ id }) => seeds.has(id)));
  const others = attempts.filter((each) => !firsts.has(each));
  const known =
    others.length > 0 ? await execute<RequestRow>(KNOWN, [uuidArray(others.map(({ id }) => id))]) : [];
  const rows = new Map(known.map((row) => [hexOf(row.request_index), row]));
  return attempts.map((each) => {
    if (firsts.has(each)) return { kind: "first", seed: seeds.get(each.id)! };
    const row = rows.get(each.id);
    if (!row) return "given-up";
    if (each.fingerprint !== null && row.fingerprint !== null && hexOf(row.fingerprint) !== each.fingerprint)
      return { kind: "mismatch" };
    if (!row.answer) return { kind: "running", since: row.begun_at };
    if (each.fingerprint === null) return { kind: "unread" };
    const answer = sealed.openAnswer(each.id, row.answer);
    return answer.ok ? { kind: "answered", answer: answer.value } : "unreadable";
  });
};

/**
 * Ours when nobody has begun it, or when whoever has must have crashed; the seed stays that of the first one whose fingerprint is known:
 * before it is, nothing has taken effect.
 */
export const BEGIN = `insert into idempotency as i (request_index, fingerprint, seed, begun_at)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) as r (request_index) order by request_index
on conflict (request_index) do update set begun_at = excluded.begun_at, fingerprint = coalesce(i.fingerprint, excluded.fingerprint),
  seed = case when i.fingerprint is null then excluded.seed else i.seed end
where i.answer is null and coalesce(i.fingerprint = excluded.fingerprint, true) and excluded.begun_at - i.begun_at >= ${TAKEOVER_AFTER_MS}
returning request_index, seed`;

export const KNOWN =
  "select request_index, fingerprint, begun_at, answer from idempotency where request_index = any ($1::uuid[])";

/** No row: another attempt counts, or none. */
export const IDENTIFY = `update idempotency i set fingerprint = coalesce(i.fingerprint, $4::uuid)
where request_index = $1::uuid and seed = $2::uuid and begun_at = $3::bigint and answer is null
returning fingerprint = $4::uuid as is_same`;

/** Read, and locked, in the order of the index, so that two batches do not wait for each other. */
export const FINISH = `update idempotency set answer = ($2::bytea[])[array_position($1::uuid[], request_index)]
where request_index = any ($1::uuid[]) and answer is null`;

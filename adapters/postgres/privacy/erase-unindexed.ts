import type { Execute } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { ERASED_ANSWER } from "#core/ports/idempotency.ts";

/** Rows that are opened at a time. */
const PAGE = 500;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Whom the answers and parts that are opened one by one are compared with. */
export interface Sought {
  readonly number: Msisdn;
  /** Public ids of the person's conversations. */
  readonly conversations: ReadonlySet<string>;
}

/** Erases what is found by no index: rows are opened one after the other. Answers how many of each table led to the person. */
export const eraseUnindexed = async (
  execute: Execute,
  sealed: SealedValues,
  sought: Sought,
): Promise<Readonly<Record<"inbound_part" | "idempotency", number>>> => ({
  inbound_part: await eraseParts(execute, sealed, sought),
  idempotency: await eraseAnswers(execute, sealed, sought),
});

const PARTS =
  "select key, payload from inbound_part where payload is not null and key > $1 order by key limit $2";
const ERASE_PARTS = "update inbound_part set payload = null, joined = true where key = any ($1::uuid[])";

const eraseParts = async (execute: Execute, sealed: SealedValues, { number }: Sought): Promise<number> => {
  let count = 0;
  for (let after = LOWEST_ID; ; ) {
    const rows = await execute<{ key: string; payload: Buffer }>(PARTS, [after, PAGE]);
    const found = rows.filter(({ key, payload }) => {
      const part = sealed.openPart(hexOf(key), payload);
      return part.ok && isMsisdn(part.value.from) && handsetOf(part.value.from) === number;
    });
    if (found.length > 0) await execute(ERASE_PARTS, [plainArray(found.map(({ key }) => key))]);
    count += found.length;
    if (rows.length < PAGE) return count;
    after = rows.at(-1)!.key;
  }
};

const ANSWERS = `select request_index, answer from idempotency
where answer is not null and request_index > $1 order by request_index limit $2`;
const OVERWRITE = `update idempotency i set answer = n.answer
from unnest($1::uuid[], $2::bytea[]) as n (request_index, answer) where i.request_index = n.request_index`;

/** Whoever repeats the request is told that its answer is gone: carried out anew it would do again what it did. */
const eraseAnswers = async (
  execute: Execute,
  sealed: SealedValues,
  { number, conversations }: Sought,
): Promise<number> => {
  let count = 0;
  for (let after = LOWEST_ID; ; ) {
    const rows = await execute<{ request_index: string; answer: Buffer }>(ANSWERS, [after, PAGE]);
    const found = rows.filter(({ request_index, answer }) => {
      const opened = sealed.openAnswer(hexOf(request_index), answer);
      if (!opened.ok) return false;
      const { body } = opened.value;
      return body.includes(number) || (body.match(CONVERSATION) ?? []).some((id) => conversations.has(id));
    });
    if (found.length > 0) {
      const gone = found.map(({ request_index }) => sealed.sealAnswer(hexOf(request_index), ERASED_ANSWER));
      await execute(OVERWRITE, [plainArray(found.map((row) => row.request_index)), byteaArray(gone)]);
    }
    count += found.length;
    if (rows.length < PAGE) return count;
    after = rows.at(-1)!.request_index;
  }
};

const CONVERSATION = /cnv_[0-9a-z]{26}/g;

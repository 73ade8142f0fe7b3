import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { carrierIdHash, hasCarrierId } from "#adapters/postgres/hot/parked-receipts.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray, textArray } from "#adapters/postgres/sql/array-literal.ts";
import type { IdRange } from "#adapters/postgres/table-partitions/periods.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { sameHandset } from "#core/domain/numbering/handset.ts";
import { matchOf, type Reconciliation, type SentMatch } from "#core/ports/reconciliation.ts";

interface SentContext {
  readonly connections: ConnectionPool;
  readonly sealed: SealedValues;
  readonly receiptIdRange: () => IdRange;
}

interface Question {
  readonly carrierIds: readonly string[];
  readonly source: string;
  readonly destination: string;
}

interface SentRow {
  readonly question: number;
  readonly id: string;
  readonly source: string | number | null;
  readonly payload: Buffer | null;
}

const QUESTIONS_MAX = 500;

/** Between which numbers the messages of carriers' ids were sent. */
export const sentMatches = (context: SentContext): Reconciliation["matchSent"] => {
  const ask = batched(QUESTIONS_MAX, (questions: readonly Question[]) => answersTo(context, questions));
  return (carrierIds, source, destination) => ask({ carrierIds, source, destination });
};

const answersTo = async (
  { connections, sealed, receiptIdRange }: SentContext,
  questions: readonly Question[],
): Promise<readonly SentMatch[]> => {
  const asked = questions.flatMap(({ carrierIds }, question) =>
    carrierIds.map((carrierId) => ({ question, carrierId })),
  );
  const rows = await withConnection(connections, (connection) =>
    executeOn(connection)<SentRow>(SENT, [
      plainArray(asked.map(({ question }) => question)),
      textArray(asked.map(({ carrierId }) => carrierId)),
      receiptIdRange().from,
    ]),
  );
  const found = Map.groupBy(rows, ({ question }) => question);
  return questions.map((question, place) =>
    matchOf((found.get(place) ?? []).map((row) => matchWith(question, row, sealed))),
  );
};

const matchWith = ({ source, destination }: Question, row: SentRow, sealed: SealedValues): SentMatch => {
  if (row.source !== null && String(row.source) !== source) return "elsewhere";
  const sent = row.payload === null ? null : sealed.openMessage(row.id, row.payload);
  if (row.source === null || !sent?.ok || !isMsisdn(sent.value.destination)) return "unknown";
  const isRecipient = isMsisdn(destination) && sameHandset(sent.value.destination, destination);
  return isRecipient ? "sent" : "elsewhere";
};

/** One id is that of one message; a few rows are looked at, should a carrier use its ids again. */
export const SENT = `select i.question, m.id, m.source, m.payload
from unnest($1::int[], $2::text[]) as i (question, carrier_id) cross join ${carrierIdHash("i.carrier_id")} h cross join lateral (
  select * from accepted a
  where ${hasCarrierId("a", "i.carrier_id", "h.hash")} and a.message_id >= $3::uuid limit 8) a
join message m on m.id = a.message_id
where m.id >= $3::uuid`;

import type { Execute } from "#adapters/postgres/execute.ts";
import { type SealedValues, webhookAnswerRow } from "#adapters/postgres/sealing/sealed-values.ts";
import type { AttemptOutcome, KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import { ATTEMPTS_KEPT } from "#core/ports/webhooks.ts";

interface AttemptRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly attempt: number;
  readonly at: number | string;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly took_ms: number;
  readonly answer: Buffer | null;
}

const KEEP = `insert into webhook_attempt (endpoint_id, event_id, event_type, attempt, at, outcome, status, took_ms, answer)
select $1, a."eventId", a."eventType", a.attempt, a.at, a.outcome, a.status, a."tookMs", decode(a.answer, 'hex')
from jsonb_to_recordset($2::jsonb) as a ("eventId" text, "eventType" text, attempt integer, at bigint, outcome text, status integer,
  "tookMs" integer, answer text)
where exists (select from webhook_endpoint where id = $1)`;

const PRUNE = `delete from webhook_attempt where endpoint_id = $1 and position <= (
  select position from webhook_attempt where endpoint_id = $1 order by position desc offset ${ATTEMPTS_KEPT} limit 1)`;

const NEWEST = `select event_id, event_type, attempt, at, outcome, status, took_ms, answer from webhook_attempt
where endpoint_id = $1 order by position desc limit $2`;

export const keepAttempts = async (
  execute: Execute,
  sealed: SealedValues,
  endpointId: string,
  attempts: readonly KeptAttempt[],
): Promise<void> => {
  if (attempts.length === 0) return;
  const rows = attempts.map((each) => ({
    ...each,
    tookMs: Math.round(each.tookMs),
    answer:
      each.answer === null
        ? null
        : sealed
            .sealWebhookAnswer(webhookAnswerRow(endpointId, each.eventId, each.attempt), each.answer)
            .toString("hex"),
  }));
  await execute(KEEP, [endpointId, JSON.stringify(rows)]);
  await execute(PRUNE, [endpointId]);
};

export const newestAttempts = async (
  execute: Execute,
  sealed: SealedValues,
  endpointId: string,
  limit: number,
): Promise<readonly KeptAttempt[]> => {
  const rows = await execute<AttemptRow>(NEWEST, [endpointId, limit]);
  return rows.map((row) => {
    const name = webhookAnswerRow(endpointId, row.event_id, row.attempt);
    const answer = row.answer === null ? null : sealed.openWebhookAnswer(name, row.answer);
    return {
      eventId: row.event_id,
      eventType: row.event_type,
      attempt: row.attempt,
      at: Number(row.at),
      outcome: row.outcome,
      status: row.status,
      tookMs: row.took_ms,
      answer: answer?.ok ? answer.value : null,
    };
  });
};

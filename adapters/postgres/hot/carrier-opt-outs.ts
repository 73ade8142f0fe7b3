import { changeBlocks } from "#adapters/postgres/cold/blocks.ts";
import type { NewWish } from "#adapters/postgres/cold/wishes.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray, textArray } from "#adapters/postgres/sql/array-literal.ts";
import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { isOptedOutAtCarrier, OPTED_OUT } from "#core/domain/receipt.ts";
import type { Batch } from "#core/ports/traffic.ts";
import { hexOf } from "./inbound-parts.ts";
import { carrierIdHash, hasCarrierId } from "./parked-receipts.ts";

/** Whether a batch has something to say of anybody's opt-out at the carrier. */
export const tellsOfOptOut = ({ outcomes, receipts }: Pick<Batch, "outcomes" | "receipts">): boolean =>
  outcomes.some(isOptedOutAtCarrier) || receipts.some(isOptedOutAtCarrier);

/** The messages whose recipients the carrier says to have opted out; `since`: of receipts, none is meant for a lower id. */
export const optedOutMessages = async (
  execute: Execute,
  { accepted, outcomes, receipts }: Pick<Batch, "accepted" | "outcomes" | "receipts">,
  since: string,
): Promise<readonly string[]> => {
  const carrierIds = receipts.filter(isOptedOutAtCarrier).flatMap((receipt) => receipt.carrierIds);
  const rows =
    carrierIds.length === 0
      ? []
      : await execute<{ message_id: string }>(MESSAGES_OF, [textArray(carrierIds), since]);
  // What is written by the same batch is not in the tables yet.
  const refused = new Set<string | null>(carrierIds);
  return [
    ...accepted.filter(({ carrierId }) => refused.has(carrierId)).map(({ messageId }) => messageId),
    ...outcomes.filter(isOptedOutAtCarrier).map(({ messageId }) => messageId),
    ...rows.map(({ message_id }) => message_id),
  ];
};

/** Blind indexes of those whom messages are meant for. */
export const recipientsOf = async (
  execute: Execute,
  messageIds: readonly string[],
): Promise<readonly string[]> => {
  if (messageIds.length === 0) return [];
  const rows = await execute<{ number_index: string }>(RECIPIENTS, [plainArray([...new Set(messageIds)])]);
  return rows.map(({ number_index }) => hexOf(number_index));
};

const RECIPIENTS = `select p.number_index from unnest($1::uuid[]) as i (id)
join message m on m.id = i.id join participant p on p.id = m.recipient_id`;

export const MESSAGES_OF = `select a.message_id
from unnest($1::text[]) as i (carrier_id) cross join ${carrierIdHash("i.carrier_id")} h cross join lateral (
  select message_id from accepted a where ${hasCarrierId("a", "i.carrier_id", "h.hash")} and a.message_id >= $2::uuid offset 0) a`;

/**
 * Keeps the opt-outs of those whose messages have ended by one in this very transaction: what had ended before says nothing new, and
 * may have been taken back since.
 */
export const keepCarrierOptOuts = async (
  execute: Execute,
  sealed: SealedValues,
  messageIds: readonly string[],
): Promise<void> => {
  if (messageIds.length === 0) return;
  const rows = await execute<OptedOutRow>(NEWLY_ENDED, [
    plainArray([...new Set(messageIds)]),
    OPTED_OUT.code,
  ]);
  await changeBlocks(
    execute,
    rows.flatMap((row): readonly NewWish[] => {
      const payload = sealed.openMessage(row.id, row.payload);
      if (payload.ok && !isMsisdn(payload.value.destination)) return [];
      const { at, source } = row;
      const numberIndex = hexOf(row.number_index);
      // An opt-out counts also when the number cannot be shown.
      const sealedNumber = payload.ok
        ? sealed.sealOptOut(numberIndex, payload.value.destination as Msisdn)
        : null;
      const wish = {
        serviceId: row.service_id,
        kind: "stop",
        source: "carrier",
        word: null,
        scope: "service",
      } as const;
      const virtualNumber = source === null ? null : (String(source) as Msisdn);
      return [{ ...wish, numberIndex, at, virtualNumber, sealedNumber, isConfirmed: false, block: null }];
    }),
  );
};

interface OptedOutRow {
  readonly id: string;
  readonly payload: Buffer;
  readonly source: number | null;
  readonly service_id: string;
  readonly number_index: string;
  readonly at: number;
}

const IS_NEW = "xmin = pg_current_xact_id_if_assigned()::xid";

/** Of a text in parts, the parts count: its outcome only repeats what they said. */
export const NEWLY_ENDED = `select distinct on (m.id) m.id, m.payload, m.source, p.number_index, c.service_id, e.at
from unnest($1::uuid[]) as i (id)
cross join lateral (
  select at from part_receipt f where f.message_id = i.id and f.code = $2 and f.${IS_NEW}
  union all
  select at from message_outcome o where o.message_id = i.id and o.code = $2 and o.${IS_NEW}
    and not exists (select from part_receipt f where f.message_id = i.id)) e
join message m on m.id = i.id
join participant p on p.id = m.recipient_id
join conversation c on c.id = p.conversation_id
where m.payload is not null
order by m.id, e.at`;

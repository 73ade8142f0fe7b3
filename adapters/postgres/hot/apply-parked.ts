import { lockParticipants } from "#adapters/postgres/cold/blocks.ts";
import { type Connection, inTransaction } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { OPTED_OUT } from "#core/domain/receipt.ts";
import { keepCarrierOptOuts } from "./carrier-opt-outs.ts";
import { hexOf } from "./inbound-parts.ts";
import { carrierIdHash, hasCarrierId, type Matched } from "./parked-receipts.ts";

/** Parked opt-outs of one transaction; the others of it are applied without their locks being taken first. */
const OPTED_OUT_MAX = 500;

/** Who has opted out at the carrier, as receipts say that came early. $1: none is meant for a lower id. */
const PARKED_OPT_OUTS = `select r.number_index from (
  select p.carrier_id from parked_receipt p where p.code = '${OPTED_OUT.code}' limit ${OPTED_OUT_MAX}) p
cross join ${carrierIdHash("p.carrier_id")} h cross join lateral (
  select message_id from accepted a where ${hasCarrierId("a", "p.carrier_id", "h.hash")} and a.message_id >= $1::uuid offset 0) a
join message m on m.id = a.message_id join participant r on r.id = m.recipient_id`;

/** Gives parked receipts to their messages, with what follows from them; whoever opts out is locked before anything is written. */
export const applyParked = (
  connection: Connection,
  sealed: SealedValues,
  match: (execute: Execute) => Promise<Matched>,
  since: string,
): Promise<Matched> =>
  inTransaction(connection, async () => {
    const execute = executeOn(connection);
    const optedOut = await execute<{ number_index: string }>(PARKED_OPT_OUTS, [since]);
    const numbers = optedOut.map(({ number_index }) => hexOf(number_index));
    if (numbers.length > 0) await lockParticipants(execute, numbers, "exclusive");
    const found = await match(execute);
    await keepCarrierOptOuts(execute, sealed, found.optedOutIds);
    return found;
  });

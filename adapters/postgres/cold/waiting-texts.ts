import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";

interface WaitingRow {
  readonly conversation_id: string;
  readonly service_id: string | null;
  readonly sender_id: string;
  readonly received_at: number;
  readonly expires_at: number;
}

/** In the order of the index of what may be claimed. $4: no text that was received since $1 has a lower id. */
export const WAITING = `select m.conversation_id, c.service_id, m.sender_id, q.received_at, q.expires_at
from (select message_id, received_at, expires_at from queue
  where claimed_by is null and priority = ${PRIORITIES.indexOf("relay")} and received_at > $1 and received_at <= $2
  order by priority, received_at, message_id limit $3) q
cross join lateral (select conversation_id, sender_id from message m where m.id = q.message_id and m.id >= $4::uuid offset 0) m
left join conversation c on c.id = m.conversation_id
where m.sender_id is not null order by q.received_at, q.message_id`;

export const waitingTexts =
  (connections: ConnectionPool): Reconciliation["waiting"] =>
  async ({ after, until }, limit) => {
    const rows = await withConnection(connections, (connection) =>
      executeOn(connection)<WaitingRow>(WAITING, [
        after,
        until,
        limit,
        leastId(after - CLOCK_DIFFERENCE_MAX_MS),
      ]),
    );
    return rows.map((row) => ({
      ...{
        conversationId: row.conversation_id,
        serviceId: row.service_id,
        senderId: row.sender_id,
        priority: "relay",
      },
      ...{ receivedAt: row.received_at, expiresAt: row.expires_at },
    }));
  };

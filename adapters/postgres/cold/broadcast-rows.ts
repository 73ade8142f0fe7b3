import type { Broadcast } from "#core/domain/broadcast.ts";

export interface BroadcastRow {
  readonly id: string;
  readonly service_id: string;
  readonly state: Broadcast["state"];
  readonly rate: number | null;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly promotional: boolean;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly fed_at: number;
}

export const toBroadcast = (row: BroadcastRow): Broadcast => ({
  ...{ id: row.id, serviceId: row.service_id, state: row.state, rate: row.rate, startsAt: row.starts_at },
  ...{
    expiresAt: row.expires_at,
    isPromotional: row.promotional,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  },
});

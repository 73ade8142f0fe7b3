import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { DisabledReason, EndpointState, WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";

/** A row of `webhook_endpoint`. */
export interface EndpointRow {
  readonly id: string;
  readonly service: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly include: readonly "text"[];
  readonly secrets: Buffer;
  readonly state: EndpointState;
  readonly disabled_reason: DisabledReason | null;
  readonly created_at: number | string;
  readonly version: number;
  readonly cursor: string;
  readonly skip_before: number | string | null;
  readonly failures: number;
  readonly failing_since: number | string | null;
  readonly probe_at: number | string | null;
  readonly last_delivered_at: number | string | null;
}

export const COLUMNS = `e.id, e.service, e.url, e.events, e.include, e.secrets, e.state, e.disabled_reason, e.created_at, e.version, e.cursor,
  e.skip_before, e.failures, e.failing_since, e.probe_at, e.last_delivered_at`;

export const INSERT = `insert into webhook_endpoint as e (id, service, url, events, include, secrets, state, disabled_reason, created_at,
  version, cursor, skip_before, failures, failing_since, probe_at, last_delivered_at)`;

const numberOrNull = (value: number | string | null): number | null =>
  value === null ? null : Number(value);

export const endpointOf = (sealed: SealedValues, row: EndpointRow): WebhookEndpoint => {
  const secrets = sealed.openSecrets(row.id, row.secrets);
  return {
    id: row.id,
    service: row.service,
    url: row.url,
    events: row.events,
    include: row.include,
    secrets: secrets.ok ? secrets.value : null,
    state: row.state,
    disabledReason: row.disabled_reason,
    createdAt: Number(row.created_at),
    version: row.version,
    cursor: row.cursor,
    skipBefore: numberOrNull(row.skip_before),
    breaker: {
      failures: row.failures,
      failingSince: numberOrNull(row.failing_since),
      probeAt: numberOrNull(row.probe_at),
    },
    lastDeliveredAt: numberOrNull(row.last_delivered_at),
  };
};

/** The values of {@link INSERT}, in its order. */
export const valuesOf = (sealed: SealedValues, endpoint: WebhookEndpoint): readonly unknown[] => [
  endpoint.id,
  endpoint.service,
  endpoint.url,
  [...endpoint.events],
  [...endpoint.include],
  sealed.sealSecrets(endpoint.id, endpoint.secrets ?? []),
  endpoint.state,
  endpoint.disabledReason,
  endpoint.createdAt,
  endpoint.version,
  endpoint.cursor,
  endpoint.skipBefore,
  endpoint.breaker.failures,
  endpoint.breaker.failingSince,
  endpoint.breaker.probeAt,
  endpoint.lastDeliveredAt,
];

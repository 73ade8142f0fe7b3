import type { Clock } from "#core/ports/clock.ts";
import {
  ATTEMPTS_KEPT,
  ENDPOINTS_MAX,
  type LeasedEndpoint,
  type Progress,
  type RetryRequest,
  type Webhooks,
} from "#core/ports/webhooks.ts";
import type { EndpointRow, MemoryTables } from "./tables.ts";

/** When a retry can be had: it is due, and nobody has it. */
const freeAt = ({ dueAt, claimedUntil }: { readonly dueAt: number; readonly claimedUntil: number }): number =>
  Math.max(dueAt, claimedUntil);

const least = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : Math.min(...numbers);

export const memoryWebhooks = (tables: MemoryTables, clock: Clock): Webhooks => {
  const rows = tables.webhookEndpoints;

  const isActive = ({ endpoint }: EndpointRow): boolean =>
    endpoint.state === "active" && endpoint.secrets !== null;

  const leasedOf = ({ endpoint, retries }: EndpointRow): LeasedEndpoint => ({
    endpoint,
    retries: retries.size,
    nextRetryAt: least([...retries.values()].map(freeAt)),
  });

  const save = (progress: Progress): "saved" | "lost" => {
    const row = rows.get(progress.endpointId);
    if (!row || row.owner !== progress.process || row.endpoint.version !== progress.version) return "lost";
    const { cursor, breaker, lastDeliveredAt, disable } = progress;
    row.endpoint = { ...row.endpoint, cursor, breaker, lastDeliveredAt };
    if (disable !== null) row.endpoint = { ...row.endpoint, state: "disabled", disabledReason: disable };
    for (const retry of progress.failed) row.retries.set(retry.event.id, { ...retry, claimedUntil: 0 });
    for (const id of progress.ended) row.retries.delete(id);
    row.attempts = [...progress.attempts.toReversed(), ...row.attempts].slice(0, ATTEMPTS_KEPT);
    return "saved";
  };

  const claimRetries = ({ process, endpointId, now, limit, claimMs, anyTime }: RetryRequest) => {
    const row = rows.get(endpointId);
    if (row?.owner !== process) return { retries: [], nextAt: null };
    const claimed = [...row.retries.values()]
      .filter((retry) => retry.claimedUntil <= clock.now() && (anyTime || retry.dueAt <= now))
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit);
    for (const retry of claimed) retry.claimedUntil = clock.now() + claimMs;
    return {
      retries: claimed.map(({ claimedUntil: _, ...retry }) => retry),
      nextAt: least([...row.retries.values()].map(freeAt)),
    };
  };

  return {
    add: async (endpoint) => {
      const known = rows.get(endpoint.id);
      if (known) return known.endpoint;
      if (rows.size >= ENDPOINTS_MAX) return "too-many";
      rows.set(endpoint.id, { endpoint, owner: null, leasedUntil: 0, retries: new Map(), attempts: [] });
      return endpoint;
    },
    get: async (id) => rows.get(id)?.endpoint ?? null,
    list: async (service) =>
      [...rows.values()]
        .map(({ endpoint }) => endpoint)
        .filter((endpoint) => service === null || endpoint.service === service)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    change: async (id, version, change) => {
      const row = rows.get(id);
      if (!row) return null;
      if (row.endpoint.version !== version) return "version-mismatch";
      row.endpoint = { ...row.endpoint, ...change, version: version + 1 };
      return row.endpoint;
    },
    remove: async (id) => rows.delete(id),
    attempts: async (id, limit) => (rows.get(id)?.attempts ?? []).slice(0, limit),
    keepAttempt: async (id, attempt) => {
      const row = rows.get(id);
      if (row) row.attempts = [attempt, ...row.attempts].slice(0, ATTEMPTS_KEPT);
    },
    lease: async (process, leaseMs) => {
      const now = clock.now();
      const leased = [...rows.values()].filter(
        (row) => isActive(row) && (row.owner === process || row.owner === null || row.leasedUntil <= now),
      );
      for (const row of leased) {
        row.owner = process;
        row.leasedUntil = now + leaseMs;
      }
      return leased.map(leasedOf);
    },
    release: async (process, endpointId) => {
      for (const row of rows.values())
        if (row.owner === process && (endpointId === undefined || row.endpoint.id === endpointId))
          row.owner = null;
    },
    save: async (progress) => save(progress),
    claimRetries: async (request) => claimRetries(request),
  };
};

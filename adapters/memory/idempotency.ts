import {
  type Begun,
  type Idempotency,
  type Identified,
  type KeyedRequest,
  releasedAt,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryIdempotency = (tables: MemoryTables): Idempotency => ({
  begin: async (request) => begin(tables, request),
  identify: async (request) => identify(tables, request),
  finish: async (request, answer) => {
    const row = tables.requests.get(keyOf(request));
    if (row) row.answer ??= answer;
  },
  abandon: async (request) => {
    const row = tables.requests.get(keyOf(request));
    if (row?.answer === null && row.startedAt === request.at) tables.requests.delete(keyOf(request));
  },
  release: async ({ at, ...request }) => {
    const row = tables.requests.get(keyOf(request));
    if (row?.answer === null && row.startedAt === at) row.startedAt = releasedAt(at);
  },
  prune: async (before) => {
    for (const [key, row] of tables.requests) if (row.startedAt < before) tables.requests.delete(key);
  },
});

const begin = (tables: MemoryTables, request: KeyedRequest): Begun => {
  const row = tables.requests.get(keyOf(request));
  if (!row) {
    tables.requests.set(keyOf(request), { ...request, startedAt: request.at, answer: null });
    return { kind: "first", seed: request.seed };
  }
  const { fingerprint } = request;
  if (fingerprint !== null && (row.fingerprint ?? fingerprint) !== fingerprint) return { kind: "mismatch" };
  if (row.answer) return fingerprint === null ? { kind: "unread" } : { kind: "answered", answer: row.answer };
  if (request.at - row.startedAt < TAKEOVER_AFTER_MS) return { kind: "running", since: row.startedAt };
  // breakage: keep-seed-of-unread
  const seed = row.fingerprint === null ? request.seed : row.seed;
  Object.assign(row, { seed, startedAt: request.at, fingerprint: row.fingerprint ?? fingerprint });
  return { kind: "first", seed };
};

const identify = (
  tables: MemoryTables,
  { fingerprint, seed, at, ...request }: KeyedRequest & { readonly fingerprint: string },
): Identified => {
  const row = tables.requests.get(keyOf(request));
  if (!row || row.answer || row.startedAt !== at || row.seed !== seed) return "taken-over";
  if ((row.fingerprint ?? fingerprint) !== fingerprint) return "mismatch";
  Object.assign(row, { fingerprint });
  return "ours";
};

const keyOf = ({ scope, key }: Pick<KeyedRequest, "scope" | "key">): string => JSON.stringify([scope, key]);

import {
  type Begun,
  type Idempotency,
  type KeyedRequest,
  releasedAt,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryIdempotency = (tables: MemoryTables): Idempotency => ({
  begin: async (request) => begin(tables, request),
  finish: async (request, answer) => {
    const row = tables.requests.get(keyOf(request));
    if (row) row.answer ??= answer;
  },
  abandon: async (request) => {
    const row = tables.requests.get(keyOf(request));
    if (row?.answer === null) tables.requests.delete(keyOf(request));
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
  if (row.fingerprint !== request.fingerprint) return { kind: "mismatch" };
  if (row.answer) return { kind: "answered", answer: row.answer };
  if (request.at - row.startedAt < TAKEOVER_AFTER_MS) return { kind: "running", since: row.startedAt };
  row.startedAt = request.at;
  return { kind: "first", seed: row.seed };
};

const keyOf = ({ scope, key }: Pick<KeyedRequest, "scope" | "key">): string => JSON.stringify([scope, key]);

import {
  type Begun,
  type Idempotency,
  type KeyedRequest,
  releasedAt,
  TAKEOVER_AFTER_MS,
} from "#core/ports/idempotency.ts";
import type { World } from "./world.ts";

export const memoryIdempotency = (world: World): Idempotency => ({
  begin: async (request) => begin(world, request),
  finish: async (request, answer) => {
    const row = world.requests.get(keyOf(request));
    if (row) row.answer ??= answer;
  },
  abandon: async (request) => {
    const row = world.requests.get(keyOf(request));
    if (row?.answer === null) world.requests.delete(keyOf(request));
  },
  release: async ({ at, ...request }) => {
    const row = world.requests.get(keyOf(request));
    if (row?.answer === null && row.startedAt === at) row.startedAt = releasedAt(at);
  },
  prune: async (before) => {
    for (const [key, row] of world.requests) if (row.startedAt < before) world.requests.delete(key);
  },
});

const begin = (world: World, request: KeyedRequest): Begun => {
  const row = world.requests.get(keyOf(request));
  if (!row) {
    world.requests.set(keyOf(request), { ...request, startedAt: request.at, answer: null });
    return { kind: "first", seed: request.seed };
  }
  if (row.fingerprint !== request.fingerprint) return { kind: "mismatch" };
  if (row.answer) return { kind: "answered", answer: row.answer };
  if (request.at - row.startedAt < TAKEOVER_AFTER_MS) return { kind: "running", since: row.startedAt };
  row.startedAt = request.at;
  return { kind: "first", seed: row.seed };
};

const keyOf = ({ scope, key }: Pick<KeyedRequest, "scope" | "key">): string => JSON.stringify([scope, key]);

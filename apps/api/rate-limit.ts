import type { Context, Middleware } from "koa";
import {
  createTokenBucket,
  fullInMs,
  type TokenBucket,
  takeToken,
  tokenInMs,
} from "#core/structures/token-bucket.ts";
import { write } from "./error-boundary.ts";
import { problem } from "./problems.ts";
import { apiClientOf } from "./require-api-key.ts";

/**
 * Bounds how many requests a second each key may ask of this process. The fields `RateLimit-Policy` and `RateLimit` are those of
 * draft-ietf-httpapi-ratelimit-headers-12. `perSecond` null: no bound.
 */
export const rateLimit = (perSecond: number | null, monotonicMs: () => number): Middleware => {
  if (perSecond === null) return (_, next) => next();
  const buckets = new Map<string, TokenBucket>();
  const bucketOf = (client: string): TokenBucket => {
    const known = buckets.get(client);
    if (known) return known;
    // As many as there are keys.
    const bucket = createTokenBucket(perSecond, monotonicMs());
    buckets.set(client, bucket);
    return bucket;
  };
  return async (context, next) => {
    if (!context.state.client) return next();
    const bucket = bucketOf(apiClientOf(context as Context).name);
    const now = monotonicMs();
    const isTaken = takeToken(bucket, now);
    context.set({
      "RateLimit-Policy": `"key";q=${bucket.capacity};w=1`,
      RateLimit: `"key";r=${Math.floor(bucket.tokens)};t=${inSeconds(fullInMs(bucket, now))}`,
    });
    if (isTaken) return next();
    const headers = { "Retry-After": String(Math.max(1, inSeconds(tokenInMs(bucket, now)))) };
    write(
      context as Context,
      problem("too-many-requests", `This key may ask ${perSecond} times a second`, { headers }),
    );
  };
};

const inSeconds = (ms: number): number => Math.ceil(ms / 1_000);

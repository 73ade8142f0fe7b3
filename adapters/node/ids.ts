import { randomFillSync } from "node:crypto";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";

/** Random digits are fetched for this many ids at once: one call costs about as much as thirty ids. */
const BATCH = 512;
const RANDOM_BYTES = 6;
const RANDOM_DIGITS = RANDOM_BYTES * 2;

/** 12 bits beside the version and 14 beside the variant; a new millisecond starts in the lower half, to leave room. */
const COUNTER_MAX = 2 ** 26 - 1;
const COUNTER_START_MAX = 2 ** 25;

/** A new millisecond needs four bytes, and a call for them costs as much as for a thousand. */
const POOL_BYTES = 4_096;

const pooledRandomBytes = (): ((bytes: number) => Uint8Array) => {
  const pool = Buffer.alloc(POOL_BYTES);
  let at = pool.length;
  return (bytes) => {
    if (at + bytes > pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += bytes;
    return pool.subarray(at - bytes, at);
  };
};

/**
 * UUIDv7 with a counter that starts at random in each millisecond (RFC 9562 §6.2, method 1) and 48 random bits in each id.
 * When the clock stands still or goes back, the newest time seen is used on; when the counter is full, so is the next
 * millisecond, before the clock has come to it.
 */
export const uuidV7Ids = (clock: Clock, draw: (bytes: number) => Uint8Array = pooledRandomBytes()): Ids => {
  let timeMs = -1;
  let counter = COUNTER_MAX;
  let prefix = "";
  let pool = "";
  let used = 0;

  const enter = (ms: number): void => {
    const digits = ms.toString(16).padStart(12, "0");
    timeMs = ms;
    counter = Buffer.from(draw(4)).readUInt32LE() % COUNTER_START_MAX;
    prefix = `${digits.slice(0, 8)}-${digits.slice(8)}-`;
  };

  return {
    next: () => {
      const now = clock.now();
      if (now > timeMs) enter(now);
      else if (counter === COUNTER_MAX) enter(timeMs + 1);
      else counter += 1;
      if (used === pool.length) {
        pool = Buffer.from(draw(BATCH * RANDOM_BYTES)).toString("hex");
        used = 0;
      }
      const random = pool.slice(used, used + RANDOM_DIGITS);
      used += RANDOM_DIGITS;
      const versioned = (0x7000 | (counter >>> 14)).toString(16);
      const varianted = (0x8000 | (counter & 0x3fff)).toString(16);
      return `${prefix}${versioned}-${varianted}-${random}`;
    },
  };
};

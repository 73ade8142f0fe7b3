import type { Concatenation } from "#apps/simulator/text/user-data-header.ts";
import type { Arrival } from "./arrival.ts";
import type { Stats } from "./stats.ts";

/** A phone keeps unfinished texts for a while, and only so many of them. */
const UNFINISHED_MAX = 20_000;
const UNFINISHED_MS = 600_000;

interface Unfinished {
  readonly parts: (string | undefined)[];
  readonly connection: string;
  missing: number;
  readonly since: number;
}

/**
 * Joins parts as a phone does: by sender, reference and total, in any order, each part once. The carrier only
 * ever joins what came through the same host.
 */
export interface PartJoiner {
  /** The whole text when this was the last part missing. */
  readonly add: (arrival: Arrival, concatenation: Concatenation) => string | undefined;
  readonly incomplete: () => number;
}

export const joinedParts = (stats: Stats): PartJoiner => {
  const unfinished = new Map<string, Unfinished>();

  return {
    add: (arrival, { reference, total, part }) => {
      const key = `${arrival.to} ${arrival.from} ${reference} ${total} ${arrival.link} ${arrival.server}`;
      let group = unfinished.get(key);
      const before = group?.parts[part - 1];
      const isOld = group !== undefined && performance.now() - group.since > UNFINISHED_MS;
      // Another text under the same reference: what was missing of the first will not come any more.
      if (!group || isOld || (before !== undefined && before !== arrival.text)) {
        unfinished.delete(key);
        group = {
          parts: new Array<string | undefined>(total),
          connection: arrival.connection,
          missing: total,
          since: performance.now(),
        };
        unfinished.set(key, group);
        if (unfinished.size > UNFINISHED_MAX) unfinished.delete(unfinished.keys().next().value!);
      }
      if (group.connection !== arrival.connection) stats.smpp.strayParts += 1;
      if (group.parts[part - 1] === undefined) {
        group.parts[part - 1] = arrival.text;
        group.missing -= 1;
      }
      if (group.missing > 0) return undefined;
      unfinished.delete(key);
      return group.parts.join("");
    },
    incomplete: () => unfinished.size,
  };
};

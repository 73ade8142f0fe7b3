import { hash } from "node:crypto";
import type { Ids } from "#core/ports/ids.ts";

/** Ids that one seed gives; they sort in their order up to this many. */
const COUNT_MAX = 2 ** 12;

/**
 * Ids that follow from a seed (a UUIDv7) alone: whoever carries a request out again with its seed makes the same things
 * again, and finds that they exist. They have the seed's time, and their place in the order beside the version.
 */
export const seededIds = (seed: string): Ids => {
  const time = seed.slice(0, 13);
  let count = 0;
  return {
    next: () => {
      if (count === COUNT_MAX) throw new Error(`Cannot make more than ${COUNT_MAX} ids from one seed`);
      const random = hash("sha256", `${seed} ${count}`, "hex");
      const place = count.toString(16).padStart(3, "0");
      const varianted = (0x8000 | (Number.parseInt(random.slice(0, 4), 16) & 0x3fff)).toString(16);
      count += 1;
      return `${time}-7${place}-${varianted}-${random.slice(4, 16)}`;
    },
  };
};

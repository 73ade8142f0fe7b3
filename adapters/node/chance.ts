import type { Chance } from "#core/ports/chance.ts";

/** The machine's chance: good for jitter, not for secrets. */
export const systemChance: Chance = { next: () => Math.random() };

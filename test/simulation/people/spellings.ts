import type { Msisdn } from "#core/domain/msisdn.ts";

/**
 * People with the forms in which networks may write their numbers: with a domestic prefix, with Mexico's mark of mobiles,
 * and as they were in Benin until 2024. The first is the handset's.
 */
const SPELLINGS: readonly (readonly [string, ...string[]])[] = [
  ["447700900010", "4407700900010"],
  ["447700900011", "4407700900011"],
  ["447700900012", "4407700900012"],
  ["447700900013", "4407700900013"],
  ["525500000014", "5215500000014", "520445500000014"],
  ["2290197000015", "22997000015"],
];

/** Every so often a number comes in another form. */
const EVERY = 3;

const OTHERS: ReadonlyMap<string, readonly string[]> = new Map(
  SPELLINGS.map(([handset, ...others]) => [handset, others]),
);

export const PEOPLE: readonly Msisdn[] = SPELLINGS.map(([handset]) => handset as Msisdn);

/** A person's number as it comes the n-th time. Not drawn, so that a seed goes the way it went before there were forms. */
export const spelled = <Number extends string>(handset: Number, nth: number): Number => {
  const others = OTHERS.get(handset) ?? [];
  return nth % EVERY === 0 && others.length > 0 ? (others[(nth / EVERY) % others.length] as Number) : handset;
};

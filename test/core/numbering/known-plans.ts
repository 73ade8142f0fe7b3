import { createRequire } from "node:module";
import fc from "fast-check";

/** What libphonenumber says of a country: the oracle for our own tables. All numbers are national. */
export interface KnownPlan {
  readonly country: string;
  readonly callingCode: string;
  readonly trunkPrefix: string | null;
  /** Lengths of lines and mobiles. */
  readonly lengths: readonly number[];
  /** Fixed lines, mobiles, personal and IP numbers. */
  readonly handsets: readonly fc.Arbitrary<string>[];
  /** Those, and freephone, premium, and the like. */
  readonly anyNumber: fc.Arbitrary<string>;
  /** A mobile that libphonenumber gives as an example. */
  readonly exampleMobile: string | null;
}

const FIXED = 0;
const MOBILE = 1;
const PERSONAL = 4;
const IP = 8;

type TypeRow = readonly [pattern?: string, lengths?: readonly number[]];
type CountryRow = readonly unknown[] & { readonly 11: readonly TypeRow[] };

const load = createRequire(import.meta.url);
const metadata = load("libphonenumber-js/metadata.max.json") as {
  readonly countries: Readonly<Record<string, CountryRow>>;
};
const examples = load("libphonenumber-js/examples.mobile.json") as Readonly<Record<string, string>>;

const matching = (pattern: string) => fc.stringMatching(new RegExp(`^(?:${pattern})$`));

export const KNOWN_PLANS: readonly KnownPlan[] = Object.entries(metadata.countries).map(([country, row]) => {
  const types = [FIXED, MOBILE, PERSONAL, IP].flatMap((type) => row[11][type] || []).length
    ? [FIXED, MOBILE, PERSONAL, IP].map((type) => row[11][type]).filter((type) => type !== undefined && type)
    : [];
  const patterns = types.flatMap((type) => (type?.[0] ? [type[0]] : []));
  return {
    country,
    callingCode: row[0] as string,
    trunkPrefix: typeof row[5] === "string" ? row[5] : null,
    lengths: types.flatMap((type) => (type?.[0] ? (type[1] ?? (row[3] as readonly number[])) : [])),
    handsets: patterns.map(matching),
    anyNumber: matching(row[2] as string),
    exampleMobile: examples[country] ?? null,
  };
});

import type { Digits } from "./phone-number.ts";

/** A number as the market offers it. Prices are in EUR, as strings. */
export interface MarketNumber {
  readonly country: string;
  readonly msisdn: Digits;
  readonly type: "mobile-lvn" | "landline";
  readonly cost: string;
  readonly features: readonly ("SMS" | "VOICE" | "MMS")[];
}

/** Where a country's numbers begin: prefixes (area codes, for North America) and the digits that follow them. */
interface Block {
  readonly prefixes: readonly string[];
  readonly first: number;
  readonly digits: number;
}

const BLOCKS: Readonly<Record<string, Block>> = {
  GB: { prefixes: ["447418"], first: 300_000, digits: 6 },
  US: {
    prefixes: ["1202555", "1212555", "1213555", "1305555", "1312555", "1415555", "1512555", "1617555"],
    first: 2_000,
    digits: 4,
  },
  CA: { prefixes: ["1416555", "1514555", "1604555"], first: 2_000, digits: 4 },
  DE: { prefixes: ["4915202"], first: 300_000, digits: 6 },
  ES: { prefixes: ["34612"], first: 300_000, digits: 6 },
  FR: { prefixes: ["33644"], first: 300_000, digits: 6 },
  NL: { prefixes: ["31612"], first: 30_000, digits: 5 },
  SE: { prefixes: ["46701"], first: 30_000, digits: 5 },
  IE: { prefixes: ["353851"], first: 300_000, digits: 6 },
  AU: { prefixes: ["61412"], first: 300_000, digits: 6 },
};

const NORTH_AMERICA: ReadonlySet<string> = new Set(["US", "CA"]);

/**
 * The same numbers in every run. North American ones go round the area codes, so that every area has some;
 * the last tenth has no SMS, for searches that ask for it.
 */
export const stockOf = (country: string, count: number): readonly MarketNumber[] => {
  const block = BLOCKS[country];
  if (!block)
    throw new Error(`Cannot stock numbers of "${country}": known are ${Object.keys(BLOCKS).join(", ")}`);
  const room = block.prefixes.length * (10 ** block.digits - block.first);
  if (count > room)
    throw new Error(`Cannot stock ${count} numbers of "${country}": there is room for ${room}`);
  return Array.from({ length: count }, (_, index) => {
    const prefix = block.prefixes[index % block.prefixes.length]!;
    const rest = block.first + Math.floor(index / block.prefixes.length);
    return {
      country,
      msisdn: prefix + String(rest).padStart(block.digits, "0"),
      type: "mobile-lvn",
      cost: NORTH_AMERICA.has(country) ? "0.90" : "1.25",
      features: featuresOf(country, index >= count * 0.9),
    };
  });
};

const featuresOf = (country: string, voiceOnly: boolean): MarketNumber["features"] => {
  if (voiceOnly) return ["VOICE"];
  return NORTH_AMERICA.has(country) ? ["SMS", "VOICE", "MMS"] : ["SMS", "VOICE"];
};

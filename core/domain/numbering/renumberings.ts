/** One way of writing national numbers that has been replaced by another, or that lives on beside it. */
export interface Renumbering {
  readonly callingCode: string;
  /** A national number in the other form, without trunk prefix. No number in use looks like this. */
  readonly from: RegExp;
  /** How many digits the other form can have: told sooner than by the pattern. */
  readonly lengths: readonly number[];
  /** The same number in canonical form, as a replacement for `String.replace`. */
  readonly to: string;
  /** How the number is, or was, written otherwise at home: from the canonical form to each other form. */
  readonly otherwise: { readonly from: RegExp; readonly to: readonly string[] } | null;
  readonly source: string;
  /** A number in the other form and in the canonical one, national. */
  readonly example: readonly [string, string];
}

const MEXICO: readonly Renumbering[] = [
  {
    callingCode: "52",
    // 1 marked a mobile that is called from abroad, 044 and 045 one that is called at home, 01 was the trunk
    // prefix.
    from: /^(?:1|01|044|045)(?<number>[2-9]\d{9})$/,
    lengths: [11, 12, 13],
    to: "$<number>",
    otherwise: null,
    source: "IFT, Plan Técnico Fundamental de Numeración (DOF 11.V.2018): ten digits alone since 3.VIII.2019",
    example: ["15500000001", "5500000001"],
  },
];

/**
 * +54 9 marks a mobile called from abroad; at home 15 stands between area code and number instead. Without
 * either mark it is another number: the same ten digits may be a fixed line, so 9 is never added or taken
 * away. Twelve digits with 15 at the end of the area code (11, three, or four digits) are no other number, as
 * the longest has eleven; 15 can be at one of the places only.
 */
const ARGENTINA_SOURCE = "ENACOM, Plan Fundamental de Numeración Nacional (Resolución SC 46/1997)";
const argentina = (area: string, digits: number, example: readonly [string, string]): Renumbering => ({
  callingCode: "54",
  from: new RegExp(`^9?(?<area>${area})15(?<number>\\d{${digits}})$`),
  lengths: [12, 13],
  to: "9$<area>$<number>",
  otherwise: {
    from: new RegExp(`^9(?<area>${area})(?<number>\\d{${digits}})$`),
    to: ["$<area>15$<number>", "$<area>$<number>"],
  },
  source: ARGENTINA_SOURCE,
  example,
});

const ARGENTINA: readonly Renumbering[] = [
  argentina("11", 8, ["111550000001", "91150000001"]),
  argentina("[23]\\d{2}", 7, ["341155000001", "93415000001"]),
  argentina("[23]\\d{3}", 6, ["229615500001", "92296500001"]),
  {
    callingCode: "54",
    from: /^90(?<number>(?:11|[23]\d)\d{8})$/,
    lengths: [12],
    to: "9$<number>",
    otherwise: null,
    source: ARGENTINA_SOURCE,
    example: ["901150000001", "91150000001"],
  },
];

const BRAZIL: readonly Renumbering[] = [
  {
    callingCode: "55",
    // Fixed lines begin with 2 to 5. Trunked radio kept eight digits (70, 77 to 79) until its last network
    // closed in 2018.
    from: /^(?<area>[1-9][1-9])(?<number>[6-9]\d{7})$/,
    lengths: [10],
    to: "$<area>9$<number>",
    otherwise: { from: /^(?<area>[1-9][1-9])9(?<number>[6-9]\d{7})$/, to: ["$<area>$<number>"] },
    source: "Anatel, Resolução 553/2010: ninth digit of mobiles, region by region from 2012 to 6.XI.2016",
    example: ["1187654321", "11987654321"],
  },
];

const BENIN: readonly Renumbering[] = [
  {
    callingCode: "229",
    from: /^(?<number>[2-9]\d{7})$/,
    lengths: [8],
    to: "01$<number>",
    otherwise: { from: /^01(?<number>[2-9]\d{7})$/, to: ["$<number>"] },
    source: "ARCEP Bénin: 01 in front of every number since 30.XI.2024",
    example: ["97000001", "0197000001"],
  },
];

/**
 * The second of eight digits named the operator of a mobile. Fixed lines (first digit 2, 3) are left out: see
 * docs/numbering.md.
 */
const IVORY_COAST_SOURCE = "ARTCI: ten digits since 31.I.2021, 01 Moov, 05 MTN, 07 Orange in front";
const ivoryCoast = (operator: string, was: string, example: readonly [string, string]): Renumbering => ({
  callingCode: "225",
  from: new RegExp(`^(?<number>${was}\\d{6})$`),
  lengths: [8],
  to: `${operator}$<number>`,
  otherwise: { from: new RegExp(`^${operator}(?<number>${was}\\d{6})$`), to: ["$<number>"] },
  source: IVORY_COAST_SOURCE,
  example,
});

const IVORY_COAST: readonly Renumbering[] = [
  ivoryCoast("01", "(?:0[1-3]|[4-7][0-3])", ["02000001", "0102000001"]),
  ivoryCoast("05", "[04-9][4-6]", ["45000001", "0545000001"]),
  ivoryCoast("07", "[04-9][7-9]", ["08000001", "0708000001"]),
];

/** Seven digits, then eight; 0 was and is dialled in front at home, and written after +241 as well. */
const GABON_SOURCE = "ARCEP Gabon: new first digits of 2019, 0X became 0NX; libphonenumber 1.13.16, GA";
const gabon = (was: string, is: string): Renumbering => ({
  callingCode: "241",
  from: new RegExp(`^0?${was}(?<number>\\d{6})$`),
  lengths: [7, 8],
  to: `${is}$<number>`,
  otherwise: {
    from: new RegExp(`^${is}(?<number>\\d{6})$`),
    to: [`0${is}$<number>`, `0${was}$<number>`, `${was}$<number>`],
  },
  source: GABON_SOURCE,
  example: [`0${was}000001`, `${is}000001`],
});

const GABON: readonly Renumbering[] = [
  gabon("1", "11"),
  gabon("2", "62"),
  gabon("4", "74"),
  gabon("5", "65"),
  gabon("6", "66"),
  gabon("7", "77"),
  {
    callingCode: "241",
    from: /^0(?<number>(?:11|[67]\d)\d{6})$/,
    lengths: [9],
    to: "$<number>",
    otherwise: null,
    source: GABON_SOURCE,
    example: ["077000001", "77000001"],
  },
];

const CAMEROON_SOURCE = "ART Cameroun: nine digits since 21.XI.2014, 6 in front of mobiles, 2 of other lines";
const CAMEROON: readonly Renumbering[] = [
  {
    callingCode: "237",
    from: /^(?<number>[5-79]\d{7})$/,
    lengths: [8],
    to: "6$<number>",
    otherwise: { from: /^6(?<number>[5-79]\d{7})$/, to: ["$<number>"] },
    source: CAMEROON_SOURCE,
    example: ["70000001", "670000001"],
  },
  {
    callingCode: "237",
    from: /^(?<number>(?:22|33|42|43)\d{6})$/,
    lengths: [8],
    to: "2$<number>",
    otherwise: { from: /^2(?<number>(?:22|33|42|43)\d{6})$/, to: ["$<number>"] },
    source: CAMEROON_SOURCE,
    example: ["22000001", "222000001"],
  },
];

/** What followed the 0 of eleven-digit mobiles, and what follows it since. */
const VIETNAM_PREFIXES =
  "162:32 163:33 164:34 165:35 166:36 167:37 168:38 169:39 120:70 121:79 122:77 126:76 128:78 " +
  "123:83 124:84 125:85 127:81 129:82 186:56 188:58 199:59";

const VIETNAM: readonly Renumbering[] = VIETNAM_PREFIXES.split(" ").map((entry) => {
  const [was, is] = entry.split(":");
  return {
    callingCode: "84",
    from: new RegExp(`^${was}(?<number>\\d{7})$`),
    lengths: [10],
    to: `${is}$<number>`,
    otherwise: { from: new RegExp(`^${is}(?<number>\\d{7})$`), to: [`${was}$<number>`] },
    source: "Ministry of Information and Communications, Decision 798/QD-BTTTT: ten digits since 15.IX.2018",
    example: [`${was}0000001`, `${is}0000001`],
  };
});

const ECUADOR: readonly Renumbering[] = [
  {
    callingCode: "593",
    // The second digit of a fixed line is 2 to 7.
    from: /^(?<number>(?:[89]\d|[3567]9)\d{6})$/,
    lengths: [8],
    to: "9$<number>",
    otherwise: { from: /^9(?<number>(?:[89]\d|[3567]9)\d{6})$/, to: ["$<number>"] },
    source: "CONATEL Ecuador: 9 in front of mobiles since 30.IX.2012",
    example: ["90000001", "990000001"],
  },
];

const MAURITIUS: readonly Renumbering[] = [
  {
    callingCode: "230",
    // Old mobiles that began with 2, 4 or 8 cannot be told from fixed lines, which kept seven digits.
    from: /^(?<number>[79]\d{6})$/,
    lengths: [7],
    to: "5$<number>",
    otherwise: { from: /^5(?<number>[79]\d{6})$/, to: ["$<number>"] },
    source: "ICTA Mauritius: 5 in front of mobiles since 1.IX.2013",
    example: ["7000001", "57000001"],
  },
];

/** By calling code; the order of a plan's entries does not matter, as no number is of two forms. */
export const RENUMBERINGS: ReadonlyMap<string, readonly Renumbering[]> = Map.groupBy(
  [
    ...MEXICO,
    ...ARGENTINA,
    ...BRAZIL,
    ...BENIN,
    ...IVORY_COAST,
    ...GABON,
    ...CAMEROON,
    ...VIETNAM,
    ...ECUADOR,
    ...MAURITIUS,
  ],
  (each) => each.callingCode,
);

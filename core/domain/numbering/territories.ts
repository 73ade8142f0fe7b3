/**
 * A territory whose people text within the numbering plan of a country, and whose own numbers hardly anybody
 * rents out.
 */
interface Territory {
  readonly territory: string;
  /** In order of preference; ISO 3166-1 alpha-2, as all country codes here. */
  readonly countries: readonly string[];
  readonly source: string;
}

const rowsOf = (territories: string, countries: readonly string[], source: string): readonly Territory[] =>
  territories.split(" ").map((territory) => ({ territory, countries, source }));

/*
 * Countries that share a calling code and have a plan, a regulator and rates of their own are no territories:
 * Canada and the Caribbean states within +1, Bermuda and the British territories there, Kazakhstan within +7,
 * Curaçao within +599. Nor are territories with a calling code and a plan of their own: Gibraltar +350,
 * Kosovo +383, Faroe Islands +298, Greenland +299, Hong Kong +852, New Caledonia +687, French Polynesia +689,
 * Ascension +247, Norfolk Island +672.
 */
const TERRITORIES: readonly Territory[] = [
  ...rowsOf("GG IM JE", ["GB"], "Ofcom, National Telephone Numbering Plan: 01481, 01624, 01534, parts of 07"),
  ...rowsOf("AS GU MP PR UM VI", ["US"], "NANPA: area codes 684, 671, 670, 787 and 939, 340 under the FCC"),
  ...rowsOf("AX", ["FI"], "Traficom, Regulation 32: area code 18 and Finnish mobile numbers"),
  ...rowsOf("BV SJ", ["NO"], "Nkom: 79, and Norwegian mobile numbers"),
  ...rowsOf(
    "CC CX",
    ["AU"],
    "ACMA, Telecommunications Numbering Plan 2015: 08 9162, 08 9164, Australian mobile numbers",
  ),
  ...rowsOf("VA", ["IT"], "AGCOM, Piano di numerazione: 06 698; +379 is reserved and not in use (E.164)"),
  ...rowsOf("EH", ["MA"], "ANRT: area code 528 and Moroccan mobile numbers"),
  ...rowsOf("GS", ["FK"], "ITU-T E.164: both +500"),
  ...rowsOf("PN", ["NZ"], "NZ Telecommunications Numbering Plan: served from New Zealand, +64"),
  ...rowsOf("TA", ["SH"], "ITU-T E.164: both +290"),
  ...rowsOf("BQ", ["CW"], "ITU-T E.164: both +599, one plan before 2010"),
  // France numbers its overseas departments in one plan with itself: ten digits with 0, dialled alike from
  // all of it.
  ...rowsOf("BL MF", ["GP", "FR"], "ARCEP, Décision 2018-0881: +590 shared with Guadeloupe"),
  ...rowsOf("YT", ["RE", "FR"], "ARCEP, Décision 2018-0881: +262 shared with Réunion"),
  ...rowsOf("GF GP MQ PM RE", ["FR"], "ARCEP, Décision 2018-0881: plan national de numérotation"),
];

const COUNTRIES_OF: ReadonlyMap<string, readonly string[]> = new Map(
  TERRITORIES.map(({ territory, countries }) => [territory, countries]),
);

/**
 * The countries whose virtual numbers suit a participant of a country: the country itself, then, for a
 * territory, those whose plan it shares, in order of preference: the next one's are for when none of the
 * one before is free. A country never gets the numbers of its territories.
 */
export const planCountriesOf = (country: string): readonly string[] => [
  country,
  ...(COUNTRIES_OF.get(country) ?? []),
];

/** PostgreSQL's way of writing arrays, made much faster than by the driver, which looks into every element. */

/** Of values that never need quotes: UUIDs, hexadecimal, numbers, booleans. */
export const plainArray = (values: readonly (string | number | boolean | null)[]): string =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;

/** Of any texts, empty when there is none. What PostgreSQL cannot hold in a text (U+0000) is left out. */
export const textArray = (texts: readonly (string | null)[]): string =>
  texts.every((text) => text === null)
    ? "{}"
    : `{${texts.map((text) => (text === null ? "NULL" : quoted(text))).join(",")}}`;

const quoted = (text: string): string => `"${text.replaceAll("\0", "").replace(/["\\]/g, "\\$&")}"`;

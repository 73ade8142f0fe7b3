/** What can stand in something that is hashed or signed. Numbers are whole. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [name: string]: Canonical };

/**
 * JSON that is the same text for the same value, whoever writes it (RFC 8785: no spaces, members in the order of their names in UTF-16).
 * Only whole numbers are taken, as these are written alike everywhere.
 */
export const canonicalJson = (value: Canonical): string => {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new Error("Cannot write a canonical text: a number is not whole");
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inside]) => `${JSON.stringify(name)}:${canonicalJson(inside)}`);
  return `{${members.join(",")}}`;
};

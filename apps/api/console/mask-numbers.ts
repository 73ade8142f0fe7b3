/** What a browser gets of a real number: the last two digits, so that two people can be told apart. */
export const maskNumber = (number: string): string => `•••• ${number.slice(-2)}`;

/** Under these names the API shows real numbers; in some answers all numbers are our own. */
const REAL: ReadonlySet<string> = new Set(["number", "recipientNumber"]);
const OWN_NUMBERS = /^\/v1\/(numbers|pool|failures)(\/|$)/;

/** An answer for a browser: real numbers are masked, and shown one by one when somebody asks. */
export const withoutRealNumbers = (path: string, body: unknown): unknown =>
  OWN_NUMBERS.test(path) ? body : masked(body);

const masked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      key,
      REAL.has(key) && typeof inside === "string" ? maskNumber(inside) : masked(inside),
    ]),
  );
};

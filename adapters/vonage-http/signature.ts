import { createHmac, hash, timingSafeEqual } from "node:crypto";

/** How Vonage signs SMS API webhooks: `md5hash` appends the secret to the text hashed, the others are HMACs of it. */
export const SIGNATURE_METHODS = ["md5hash", "md5", "sha1", "sha256", "sha512"] as const;

export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

/**
 * How far the signed `timestamp` (Unix seconds) may lie back. Vonage repeats a webhook for up to 72 hours and does not
 * say whether it signs it anew, so that a narrow window would lose messages; what keeps a replay harmless is that a
 * message id counts once.
 */
export const SIGNATURE_AGE_MAX_MS = 73 * 60 * 60 * 1000;

/** How far it may lie ahead: clocks differ. */
export const SIGNATURE_AHEAD_MAX_MS = 15 * 60 * 1000;

export interface Signing {
  readonly secret: string;
  readonly method: SignatureMethod;
  readonly ageMaxMs?: number;
}

export type SignatureCheck = "valid" | "missing" | "wrong" | "stale";

/**
 * Judges `sig`. Never throws, whatever the values are, and compares in constant time. A signed request without
 * `timestamp` passes: nobody but the holder of the secret could have left it out.
 */
export const verify = (
  parameters: Readonly<Record<string, unknown>>,
  { secret, method, ageMaxMs = SIGNATURE_AGE_MAX_MS }: Signing,
  now: number,
): SignatureCheck => {
  const { sig, timestamp } = parameters;
  if (sig === undefined || sig === "") return "missing";
  if (typeof sig !== "string") return "wrong";
  const base = baseOf(parameters);
  if (base === null || !isSameText(sig.toLowerCase(), digest(base, secret, method))) return "wrong";
  if (timestamp === undefined) return "valid";
  const age = now - Number(timestamp) * 1000;
  return age <= ageMaxMs && age >= -SIGNATURE_AHEAD_MAX_MS ? "valid" : "stale";
};

/** The signature as Vonage writes it: lower case for `md5hash`, upper case for the HMACs. */
export const sign = (
  parameters: Readonly<Record<string, string>>,
  { secret, method }: Pick<Signing, "secret" | "method">,
): string => {
  const signature = digest(baseOf(parameters) ?? "", secret, method);
  return method === "md5hash" ? signature : signature.toUpperCase();
};

/**
 * `&key=value` of every parameter but `sig`, sorted by key; null when something is none that can be signed. Values are escaped and
 * names are not, so a name that holds `&` or `=` could say what other parameters say: none of Vonage's does.
 */
const baseOf = (parameters: Readonly<Record<string, unknown>>): string | null => {
  let base = "";
  for (const key of Object.keys(parameters).sort()) {
    if (key === "sig") continue;
    const value = signedText(parameters[key]);
    if (value === null || !/^[\w.-]+$/.test(key)) return null;
    base += `&${key}=${value.replace(/[&=]/g, "_")}`;
  }
  return base;
};

/** Vonage's values are all text; a JSON sender that leaves the quotes off an integer means the same. */
const signedText = (value: unknown): string | null =>
  typeof value === "string" ? value : Number.isSafeInteger(value) ? String(value) : null;

const digest = (base: string, secret: string, method: SignatureMethod): string =>
  method === "md5hash"
    ? hash("md5", base + secret, "hex")
    : createHmac(method, secret).update(base).digest("hex");

const isSameText = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};

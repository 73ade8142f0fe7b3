import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Vonage's names: `md5hash` appends the secret, the others are HMACs with the secret as key. */
export const SIGNATURE_METHODS = ["md5hash", "md5", "sha1", "sha256", "sha512"] as const;
export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

export type Params = Readonly<Record<string, string>>;

/**
 * The `sig` of a request or webhook (Vonage, "Signing messages"): parameters but `sig`, by key, `&` and `=` in
 * values replaced by `_`, joined as `&key=value`. HMACs come in upper case, the hash in lower case.
 */
export const signature = (params: Params, secret: string, method: SignatureMethod): string => {
  const base = Object.keys(params)
    .filter((key) => key !== "sig")
    .sort(byOctets)
    .map((key) => `&${key}=${params[key]!.replace(/[&=]/g, "_")}`)
    .join("");
  if (method === "md5hash")
    return createHash("md5")
      .update(base + secret)
      .digest("hex");
  return createHmac(method, secret).update(base).digest("hex").toUpperCase();
};

export const isSignedBy = (params: Params, secret: string, method: SignatureMethod): boolean => {
  const given = Buffer.from((params.sig ?? "").toLowerCase());
  const right = Buffer.from(signature(params, secret, method).toLowerCase());
  return given.length === right.length && timingSafeEqual(given, right);
};

const byOctets = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

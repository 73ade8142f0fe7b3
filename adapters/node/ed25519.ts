import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import type { Signer } from "#core/ports/signer.ts";

/** PKCS #8 around the 32 octets of an Ed25519 private key (RFC 8410 §7). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const KEY_ID_DIGITS = 16;

const keyIdOf = (key: KeyObject): string =>
  hash("sha256", key.export({ type: "spki", format: "der" }), "hex").slice(0, KEY_ID_DIGITS);

/** `seed`: 32 octets of chance. */
export const ed25519Signer = (seed: Uint8Array): Signer => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key);
  return {
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (text) => sign(null, Buffer.from(text), key).toString("base64"),
  };
};

/** Whether signatures are of one of these public keys (PEM); null: not of one that we have. */
export const ed25519Verifier = (publicKeys: readonly string[]) => {
  const keys = new Map(publicKeys.map((pem) => createPublicKey(pem)).map((key) => [keyIdOf(key), key]));
  return (keyId: string, text: string, signature: string): boolean | null => {
    const key = keys.get(keyId);
    return key === undefined ? null : verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
  };
};

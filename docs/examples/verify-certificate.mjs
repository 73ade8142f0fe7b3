// Checks a certificate of erasure: node docs/examples/verify-certificate.mjs certificate.json key.pem
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [certificate, key] = process.argv.slice(2, 4).map((path) => readFileSync(path, "utf8"));
const { signature, ...signed } = JSON.parse(certificate);
const ordered = (object) =>
  Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const text = JSON.stringify(signed, (_, value) => (value?.constructor === Object ? ordered(value) : value));
const isGenuine = verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(signature, "base64"));
console.log(`${signed.id} is ${isGenuine ? "genuine" : "forged"}`);
process.exitCode = isGenuine ? 0 : 1;

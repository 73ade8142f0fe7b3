// Checks a certificate of erasure: node docs/examples/verify-certificate.mjs certificate.json key.pem
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [certificate, key] = process.argv.slice(2, 4).map((path) => readFileSync(path, "utf8"));
const { signature, ...signed } = JSON.parse(certificate);
const sorted = (_, value) =>
  value?.constructor === Object
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const text = Buffer.from(JSON.stringify(signed, sorted));
const isGenuine = verify(null, text, createPublicKey(key), Buffer.from(signature, "base64"));
console.log(isGenuine ? `${signed.id} is genuine` : `${signed.id} is forged`);
process.exitCode = isGenuine ? 0 : 1;

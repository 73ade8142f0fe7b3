import { randomBytes } from "node:crypto";

/** `hex16`: the classic `0C000000217B7F02`; `hex32` and `uuid`: what accounts get now. */
export type MessageIdForm = "hex16" | "hex32" | "uuid";

/** A new id in the given form; unique over restarts because it is random, as a carrier's is for all we know. */
export const newMessageId = (form: MessageIdForm): string => {
  if (form === "hex16") return `0C${randomHex(7)}`.toUpperCase();
  const hex = randomHex(16);
  if (form === "hex32") return hex;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** The decimal form in which receipts over SMPP name a message (`0C000000217B7F02` is `864691129016876802`). */
export const decimalId = (id: string): string => BigInt(`0x${id.replaceAll("-", "")}`).toString();

const POOL_BYTES = 8_192;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes are drawn in pools: a call to the system for every message would be the dearest step of all. */
const randomHex = (bytes: number): string => {
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
};

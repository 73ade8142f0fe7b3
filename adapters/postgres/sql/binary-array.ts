import { plainArray } from "./array-literal.ts";

/** Object ids of the element types (pg_type.dat). */
const UUID_OID = 2950;
const INT8_OID = 20;
/** Dimensions, whether there are nulls, element type, length, lower bound (array_recv). */
const HEADER_BYTES = 20;
const UUID_BYTES = 16;
const INT8_BYTES = 8;
const TWO_32 = 2 ** 32;
const NULL_LENGTH = -1;

/**
 * UUIDs, with dashes or without, in the binary form of an array: half as long as text and read ten times as fast. With something
 * else among them it is the text form, for PostgreSQL to refuse.
 */
export const uuidArray = (uuids: readonly string[]): Buffer | string => {
  const array = newArray(UUID_OID, uuids.length, uuids.length * (4 + UUID_BYTES));
  let at = HEADER_BYTES;
  for (const uuid of uuids) {
    array.writeInt32BE(UUID_BYTES, at);
    if (!writeUuid(uuid, array, at + 4)) return plainArray(uuids);
    at += 4 + UUID_BYTES;
  }
  return array;
};

/** Integers below 2^53 in either form, in the binary form of a bigint array. */
export const bigintArray = (values: readonly (number | string | null)[]): Buffer => {
  const array = newArray(INT8_OID, values.length, values.length * (4 + INT8_BYTES));
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      at = array.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const number = Number(value);
    array.writeInt32BE(INT8_BYTES, at);
    array.writeInt32BE(Math.floor(number / TWO_32), at + 4);
    array.writeUInt32BE(((number % TWO_32) + TWO_32) % TWO_32, at + 8);
    at += 4 + INT8_BYTES;
  }
  return array.subarray(0, at);
};

const newArray = (oid: number, length: number, bytes: number): Buffer => {
  const array = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  array.writeInt32BE(length === 0 ? 0 : 1, 0);
  array.writeInt32BE(1, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16);
  return length === 0 ? array.subarray(0, 12) : array;
};

const NOT_HEX = 0xff;
const DASH = 0x2d;
const nibbles = new Uint8Array(128).fill(NOT_HEX);
for (const [nibble, digit] of [..."0123456789abcdef"].entries()) {
  nibbles[digit.charCodeAt(0)] = nibble;
  nibbles[digit.toUpperCase().charCodeAt(0)] = nibble;
}

const writeUuid = (uuid: string, target: Buffer, start: number): boolean => {
  let at = start;
  let index = 0;
  while (index < uuid.length) {
    const code = uuid.charCodeAt(index);
    if (code === DASH) {
      index += 1;
      continue;
    }
    const high = nibbles[code] ?? NOT_HEX;
    const low = nibbles[uuid.charCodeAt(index + 1)] ?? NOT_HEX;
    if (high === NOT_HEX || low === NOT_HEX || at === start + UUID_BYTES) return false;
    target[at] = high * 16 + low;
    at += 1;
    index += 2;
  }
  return at === start + UUID_BYTES;
};

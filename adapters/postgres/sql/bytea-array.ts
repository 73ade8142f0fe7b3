import { HEADER_BYTES, LENGTH_BYTES, newArray, writeInt32 } from "./new-array.ts";

const BYTEA_OID = 17;

/** Octets in the binary form of a bytea array: half as long as in hexadecimal, and nothing to escape. */
export const byteaArray = (values: readonly Uint8Array[]): Buffer => {
  const bytes = values.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0);
  const array = newArray(BYTEA_OID, values.length, bytes);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = writeInt32(array, value.length, at);
    array.set(value, at);
    at += value.length;
  }
  return array;
};

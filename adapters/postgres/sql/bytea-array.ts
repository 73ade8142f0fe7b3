/** Object id of bytea (pg_type.dat). */
const BYTEA_OID = 17;
/** Dimensions, whether there are nulls, element type, length, lower bound (array_recv). */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/** Octets in the binary form of a bytea array: half as long as in hexadecimal, and nothing to escape. */
export const byteaArray = (values: readonly Uint8Array[]): Buffer => {
  const size = values.reduce((sum, { length }) => sum + LENGTH_BYTES + length, HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(BYTEA_OID, 8);
  if (values.length === 0) return array.subarray(0, 12);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  for (const value of values) {
    array.writeInt32BE(value.length, at);
    array.set(value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + value.length;
  }
  return array;
};

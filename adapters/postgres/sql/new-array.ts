/** Dimensions, whether there are nulls, element type, length, lower bound (array_recv). */
export const HEADER_BYTES = 20;
/** Of an array without elements, whose only dimension is left out. */
const EMPTY_BYTES = 12;
/** Before each element. */
export const LENGTH_BYTES = 4;

/**
 * The binary form of an array of PostgreSQL: its header, and room for elements of so many octets, lengths included. `oid` is that of
 * the element type (pg_type.dat).
 */
export const newArray = (oid: number, length: number, elementBytes: number): Buffer => {
  const array = Buffer.allocUnsafe(HEADER_BYTES + elementBytes);
  array.writeInt32BE(length === 0 ? 0 : 1, 0);
  array.writeInt32BE(1, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16);
  return length === 0 ? array.subarray(0, EMPTY_BYTES) : array;
};

/** As `Buffer.writeInt32BE`, without its checks. */
export const writeInt32 = (target: Buffer, value: number, at: number): number => {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
};

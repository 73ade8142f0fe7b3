/** Work is shared out by partition of the recipient, so that one process at a time sends what one recipient reads. */
export const PARTITIONS = 64;

/** The partition of everything that goes to one participant (a UUID): 0 to 63. */
export const partitionOf = (recipientId: string): number => {
  const last = recipientId.length - 1;
  return (
    (16 * hexDigit(recipientId.charCodeAt(last - 1)) + hexDigit(recipientId.charCodeAt(last))) % PARTITIONS
  );
};

/** Of `0` to `9` and `a` to `f`. */
const hexDigit = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);

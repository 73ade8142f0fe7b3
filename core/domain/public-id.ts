const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 26;

/**
 * An id as it is shown outside: a TypeID, such as `cnv_01h455vb4pex5vsknk084sn02q` for a UUID. Within the core it is needed where what we
 * write down must read the same outside: in the audit log and in certificates.
 */
export const publicId = (prefix: string, uuid: string): string => {
  let value = BigInt(`0x${uuid.replaceAll("-", "")}`);
  let suffix = "";
  for (let i = 0; i < LENGTH; i++) {
    suffix = DIGITS[Number(value & 31n)]! + suffix;
    value >>= 5n;
  }
  return `${prefix}_${suffix}`;
};

/** UCS-2 as SMS uses it: UTF-16, big-endian, no byte order mark. Halves of a pair survive on their own. */
export const encodeUcs2 = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

/** A last odd octet is not a character and is left out. */
export const decodeUcs2 = (octets: Uint8Array): string =>
  Buffer.from(octets.subarray(0, octets.length - (octets.length % 2)))
    .swap16()
    .toString("utf16le");

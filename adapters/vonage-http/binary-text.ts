/**
 * The text in a binary message (`type=binary`), or null when there is none.
 *
 * Vonage passes on octets and header but not the data coding, so the alphabet has to be inferred, and a wrong guess would
 * relay rubbish to a person. Read as text is only what cannot reasonably be anything else: a header that does nothing but
 * number the parts, and octets that are all printable ASCII, or UTF-16BE made of nothing but assigned, visible characters.
 * Everything with ports (WAP push, ringtones, over-the-air settings) is data.
 */
export const binaryText = (dataHex: string, udhHex: string): string | null => {
  const data = octets(dataHex);
  if (data === null || data.length === 0 || !isPlainHeader(udhHex)) return null;
  if (data.every((octet) => (octet >= 0x20 && octet <= 0x7e) || octet === 0x0a || octet === 0x0d))
    return data.toString("latin1");
  if (data.length % 2 !== 0) return null;
  const text = Buffer.from(data).swap16().toString("utf16le");
  return text.isWellFormed() && VISIBLE.test(text) ? text : null;
};

/** One SMS holds 140 octets; joined by somebody else it may be more. */
const OCTETS_MAX = 4_096;

/** Concatenation with an 8-bit and a 16-bit reference, national single and locking shift (3GPP TS 23.040 §9.2.3.24). */
const HARMLESS: ReadonlySet<number> = new Set([0x00, 0x08, 0x24, 0x25]);

/** No controls, private or unassigned code points; joiners and direction marks are part of texts. */
const VISIBLE = /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n\r\u200b-\u200f]|[\u{e0020}-\u{e007f}])+$/u;

const octets = (hex: string): Buffer | null =>
  hex.length % 2 === 0 && hex.length <= OCTETS_MAX * 2 && /^[0-9a-f]*$/i.test(hex)
    ? Buffer.from(hex, "hex")
    : null;

const isPlainHeader = (udhHex: string): boolean => {
  const header = octets(udhHex);
  if (header === null) return false;
  if (header.length === 0) return true;
  if (header[0] !== header.length - 1) return false;
  let at = 1;
  for (; at + 1 < header.length; at += 2 + header[at + 1]!) {
    if (!HARMLESS.has(header[at]!)) return false;
  }
  return at === header.length;
};

/**
 * GSM 03.38 §6.2.1, the default alphabet, one septet per octet as SMPP carries it (unpacked),
 * and the extension table behind ESC (§6.2.1.1).
 */
const BASE =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

const EXTENSION: readonly (readonly [octet: number, character: string])[] = [
  [0x0a, "\f"],
  [0x14, "^"],
  [0x28, "{"],
  [0x29, "}"],
  [0x2f, "\\"],
  [0x3c, "["],
  [0x3d, "~"],
  [0x3e, "]"],
  [0x40, "|"],
  [0x65, "€"],
];

const ESCAPE = 0x1b;

const octetsByCharacter = new Map<string, readonly number[]>();
const extensionByOctet = new Map<number, string>(EXTENSION);
for (const [octet, character] of [...BASE].entries()) {
  if (octet !== ESCAPE) octetsByCharacter.set(character, [octet]);
}
for (const [octet, character] of EXTENSION) octetsByCharacter.set(character, [ESCAPE, octet]);

/** The septets of one character, one per octet, or nothing when the alphabet has no such character. */
export const gsmOctets = (character: string): readonly number[] | undefined =>
  octetsByCharacter.get(character);

export const isGsmText = (text: string): boolean => {
  for (const character of text) if (!octetsByCharacter.has(character)) return false;
  return true;
};

/** What the network does with a character it cannot carry in the default alphabet: a question mark. */
export const encodeGsm = (text: string): Buffer => {
  const octets: number[] = [];
  for (const character of text) octets.push(...(gsmOctets(character) ?? [0x3f]));
  return Buffer.from(octets);
};

/** An unknown extension is shown as the basic character of the same code (GSM 03.38 §6.2.1.1). */
export const decodeGsm = (octets: Uint8Array): string => {
  let text = "";
  for (let index = 0; index < octets.length; index += 1) {
    const octet = octets[index]!;
    if (octet !== ESCAPE) {
      text += BASE[octet & 0x7f] ?? "";
      continue;
    }
    index += 1;
    const escaped = octets[index];
    if (escaped !== undefined) text += extensionByOctet.get(escaped) ?? BASE[escaped & 0x7f] ?? "";
  }
  return text;
};

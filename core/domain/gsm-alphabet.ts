/**
 * The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1, formerly GSM 03.38), indexed by septet: 128 characters.
 * Position 0x1B is the escape to {@link GSM_EXTENSION}; it holds U+001B as a place-holder and is not a character of a text.
 */
export const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅå" +
  "Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ" +
  " !\"#¤%&'()*+,-./" +
  "0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNO" +
  "PQRSTUVWXYZÄÖÑÜ§" +
  "¿abcdefghijklmno" +
  "pqrstuvwxyzäöñüà";

/** The escape septet: the one after it is looked up in {@link GSM_EXTENSION}. */
export const GSM_ESCAPE = 0x1b;

/** The default extension table (3GPP TS 23.038 §6.2.1.1): the septet after the escape -> its character. */
export const GSM_EXTENSION: ReadonlyMap<number, string> = new Map([
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
]);

const EURO = "€".charCodeAt(0);

/** Every character of the alphabet but the euro sign lies below this. */
const TABLE_SIZE = 0x400;

const septetsByCode = new Uint8Array(TABLE_SIZE);
for (const [septet, character] of [...GSM_BASIC].entries()) {
  if (septet !== GSM_ESCAPE) septetsByCode[character.charCodeAt(0)] = 1;
}
for (const character of GSM_EXTENSION.values()) {
  if (character !== "€") septetsByCode[character.charCodeAt(0)] = 2;
}

/** How many septets a UTF-16 code unit takes: 1, 2 with the escape, or 0 when the alphabet does not have it. */
export const septetsOfCode = (code: number): number =>
  code < TABLE_SIZE ? septetsByCode[code]! : code === EURO ? 2 : 0;

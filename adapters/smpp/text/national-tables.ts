import { GSM_BASIC, GSM_EXTENSION } from "#core/domain/gsm-alphabet.ts";

/** The tables by which septets are read: `basic` is indexed by septet, `extension` by the septet after the escape. */
export interface GsmTables {
  readonly basic: string;
  readonly extension: ReadonlyMap<number, string>;
}

export const DEFAULT_TABLES: GsmTables = { basic: GSM_BASIC, extension: GSM_EXTENSION };

const characters = (start: number, letters: string): [number, string][] =>
  [...letters].map((letter, i) => [start + i, letter]);

/** Single shift tables by language identifier (3GPP TS 23.038 §A.2): what they have beyond the default extension. */
const extensions: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  // Turkish
  [
    1,
    new Map([
      [0x47, "Ğ"],
      [0x49, "İ"],
      [0x53, "Ş"],
      [0x63, "ç"],
      [0x67, "ğ"],
      [0x69, "ı"],
      [0x73, "ş"],
    ]),
  ],
  // Spanish
  [
    2,
    new Map([
      [0x09, "ç"],
      [0x41, "Á"],
      [0x49, "Í"],
      [0x4f, "Ó"],
      [0x55, "Ú"],
      [0x61, "á"],
      [0x69, "í"],
      [0x6f, "ó"],
      [0x75, "ú"],
    ]),
  ],
  // Portuguese
  [
    3,
    new Map([
      [0x05, "ê"],
      [0x09, "ç"],
      [0x0b, "Ô"],
      [0x0c, "ô"],
      [0x0e, "Á"],
      [0x0f, "á"],
      [0x12, "Φ"],
      [0x13, "Γ"],
      ...characters(0x15, "ΩΠΨΣΘ"),
      [0x1f, "Ê"],
      [0x41, "À"],
      [0x49, "Í"],
      [0x4f, "Ó"],
      [0x55, "Ú"],
      [0x5b, "Ã"],
      [0x5c, "Õ"],
      [0x61, "Â"],
      [0x69, "í"],
      [0x6f, "ó"],
      [0x75, "ú"],
      [0x7b, "ã"],
      [0x7c, "õ"],
      [0x7f, "â"],
    ]),
  ],
]);

/** Locking shift tables by language identifier (3GPP TS 23.038 §A.3): where they differ from the default alphabet. */
const bases: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  // Turkish
  [
    1,
    new Map([
      [0x04, "€"],
      [0x07, "ı"],
      [0x0b, "Ğ"],
      [0x0c, "ğ"],
      [0x1c, "Ş"],
      [0x1d, "ş"],
      [0x40, "İ"],
      [0x60, "ç"],
    ]),
  ],
  // Portuguese
  [
    3,
    new Map([
      [0x04, "ê"],
      [0x06, "ú"],
      [0x07, "í"],
      [0x08, "ó"],
      [0x09, "ç"],
      [0x0b, "Ô"],
      [0x0c, "ô"],
      [0x0e, "Á"],
      [0x0f, "á"],
      ...characters(0x12, "ªÇÀ∞^\\€Ó|"),
      [0x1c, "Â"],
      [0x1d, "â"],
      [0x1e, "Ê"],
      [0x24, "º"],
      [0x40, "Í"],
      [0x5b, "Ã"],
      [0x5c, "Õ"],
      [0x60, "~"],
      [0x7b, "ã"],
      [0x7c, "õ"],
      [0x7d, "`"],
    ]),
  ],
]);

/** The tables for the languages that a header names; a language that is not here is read by the default tables. */
export const tablesFor = (singleShift: number | null, lockingShift: number | null): GsmTables => {
  const extension = singleShift === null ? undefined : extensions.get(singleShift);
  const base = lockingShift === null ? undefined : bases.get(lockingShift);
  if (extension === undefined && base === undefined) return DEFAULT_TABLES;
  const basic = [...GSM_BASIC].map((letter, septet) => base?.get(septet) ?? letter).join("");
  return {
    basic,
    extension: extension === undefined ? GSM_EXTENSION : new Map([...GSM_EXTENSION, ...extension]),
  };
};

/** One part of a long SMS as its carrier delivered it. */
export interface TextPart {
  /** From 1. */
  readonly index: number;
  /** May begin or end with half a surrogate pair: keep it as UTF-16, as UTF-8 cannot hold a half. */
  readonly text: string;
}

export interface JoinedText {
  readonly complete: boolean;
  readonly text: string;
}

/** The concatenation header counts parts in one octet (3GPP TS 23.040 §9.2.3.24.1). */
export const PARTS_MAX = 255;

/** Stands for each stretch of parts that never came. */
export const MISSING_MARK = "[…]";

/**
 * The text that the parts make up, whatever the order they came in. Of a part that came twice the first one counts; parts
 * outside 1 to `total` are left out. A pair of surrogates that was cut apart is whole again; a half without its other
 * half becomes U+FFFD, so that the text can be stored and sent.
 */
export const joinParts = (parts: readonly TextPart[], total: number): JoinedText => {
  const textByIndex = new Map<number, string>();
  for (const { index, text } of parts) {
    // breakage: join-as-they-come
    if (index >= 1 && index <= total && !textByIndex.has(index)) textByIndex.set(index, text);
  }
  let joined = "";
  for (let index = 1; index <= total; index += 1) {
    const text = textByIndex.get(index);
    if (text !== undefined) joined += text;
    else if (index === 1 || textByIndex.has(index - 1)) joined += MISSING_MARK;
  }
  return { complete: textByIndex.size === total, text: joined.toWellFormed() };
};

/** What a reader sees in place of a leak. */
export const MASK = "[hidden]";

/**
 * The text with a mask in place of each span; what overlaps gets one mask. `spans` are findings of this very text, in
 * UTF-16 offsets. Everything else stays as it is.
 */
export const maskLeaks = (
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
): string => {
  let masked = "";
  let at = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    if (start >= at) masked += text.slice(at, start) + MASK;
    at = end;
  }
  return masked + text.slice(at);
};

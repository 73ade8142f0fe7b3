export type LeakKind = "phone" | "email" | "link" | "handle";

/** `likely` findings are worth counting, but not certain enough to touch the text. */
export type Certainty = "sure" | "likely";

/** A way to reach the writer elsewhere. A leak that runs over several texts has a finding in each. */
export interface Finding {
  readonly kind: LeakKind;
  readonly certainty: Certainty;
  /** UTF-16 offsets in the original text of index `source`; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly source: number;
}

/** The findings for the tokens or groups from `first` to `last`, one for each text that they stand in. */
export const findingsOver = (
  spans: readonly { readonly start: number; readonly end: number; readonly source: number }[],
  kind: LeakKind,
  certainty: Certainty,
): readonly Finding[] => {
  const findings: Finding[] = [];
  for (const { start, end, source } of spans) {
    const last = findings.at(-1);
    if (last?.source === source) findings[findings.length - 1] = { ...last, end: Math.max(last.end, end) };
    else findings.push({ kind, certainty, start, end, source });
  }
  return findings;
};

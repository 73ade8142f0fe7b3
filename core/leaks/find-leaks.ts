import { findAddresses } from "./address.ts";
import type { Finding } from "./finding.ts";
import { findHandles } from "./handle.ts";
import { findPhones } from "./phone.ts";
import { readTexts } from "./reader.ts";

export interface LeakOptions {
  /** Country calling codes, without plus, in whose national writing numbers are read: those of both participants. */
  readonly callingCodes: readonly string[];
}

/** What was found, and how many steps it took; the steps grow in proportion to the length of the texts. */
export interface Scan {
  readonly findings: readonly Finding[];
  readonly steps: number;
}

/**
 * Ways to reach the writer elsewhere in texts of one writer, oldest first, in the order of the texts and without overlap. A
 * leak may run over several texts: whoever acts on the newest one looks at the findings with its index.
 */
export const findLeaks = (texts: readonly string[], options: LeakOptions): readonly Finding[] =>
  scanTexts(texts, options).findings;

export const scanTexts = (texts: readonly string[], { callingCodes }: LeakOptions): Scan => {
  const reading = readTexts(texts);
  const handles = findHandles(reading);
  // Where an application is named, "example.cat" is a user name; a number in a link is part of the link.
  const addresses = findAddresses(reading).filter(
    (address) => !handles.some((handle) => same(handle, address)),
  );
  const findings: Finding[] = [];
  for (const finding of [...addresses, ...handles, ...findPhones(reading, callingCodes)])
    add(findings, finding);
  findings.sort((a, b) => a.source - b.source || a.start - b.start);
  return { findings, steps: reading.steps + findings.length };
};

/** What overlaps is one leak, of the kind that was found first; a number around a number takes it in. */
const add = (findings: Finding[], finding: Finding): void => {
  let all = finding;
  for (let at = findings.length - 1; at >= 0; at -= 1) {
    const known = findings[at]!;
    if (!overlap(known, all)) continue;
    all = { ...known, start: Math.min(known.start, all.start), end: Math.max(known.end, all.end) };
    findings.splice(at, 1);
  }
  findings.push(all);
};

const overlap = (a: Finding, b: Finding): boolean =>
  a.source === b.source && a.start < b.end && b.start < a.end;

const same = (a: Finding, b: Finding): boolean => overlap(a, b) && a.start === b.start && a.end === b.end;

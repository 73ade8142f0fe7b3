import type { Finding } from "./finding.ts";
import { findPhones } from "./phone.ts";
import { readTexts } from "./reader.ts";

export interface LeakOptions {
  /** Country calling codes, without plus, in whose national writing numbers are read: those of both participants. */
  readonly callingCodes: readonly string[];
}
export const scanTexts = (texts: readonly string[], { callingCodes }: LeakOptions) => {
  const reading = readTexts(texts);
  const findings: Finding[] = [...findPhones(reading, callingCodes)];
  return { findings, steps: reading.steps };
};

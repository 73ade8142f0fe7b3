import { type CountryCode, getCountryCallingCode, isSupportedCountry } from "libphonenumber-js";
import type { LeakKind } from "#core/leaks/finding.ts";
import { fail, ok, type Result } from "#core/result.ts";

/** One text, or texts of one writer in a row, with what a person found in it. */
export interface LabelledLine {
  /** From 1. */
  readonly line: number;
  readonly texts: readonly string[];
  readonly leak: LeakKind | "none";
  readonly language: string;
  /** Of the countries in which national numbers are read. */
  readonly callingCodes: readonly string[];
}

export const LEAK_KINDS: readonly LeakKind[] = ["phone", "email", "link", "handle"];

/** Reads one line of a labelled file, `{text | texts, leak, lang, region?}` as JSON; the error says what is wrong with it. */
export const readLabelledLine = (written: string, line: number): Result<LabelledLine, string> => {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return fail("is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail("is not a JSON object");
  const { text, texts, leak, lang, region } = value as Record<string, unknown>;
  const all = texts === undefined ? [text] : texts;
  if (text !== undefined && texts !== undefined) return fail("has both text and texts");
  if (!Array.isArray(all) || all.length === 0 || !all.every((each) => typeof each === "string"))
    return fail("needs text, a string, or texts, a list of strings");
  const known = [...LEAK_KINDS, "none" as const].find((kind) => kind === leak);
  if (known === undefined) return fail(`needs leak, one of ${LEAK_KINDS.join(", ")}, none`);
  if (typeof lang !== "string" || lang === "") return fail("needs lang, a language such as en");
  if (region === undefined) return ok({ line, texts: all, leak: known, language: lang, callingCodes: [] });
  if (typeof region !== "string" || !isSupportedCountry(region))
    return fail("needs region, a country such as GB");
  const callingCodes = [getCountryCallingCode(region as CountryCode)];
  return ok({ line, texts: all, leak: known, language: lang, callingCodes });
};

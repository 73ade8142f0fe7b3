import { fail, ok, type Result } from "#core/result.ts";

declare const brand: unique symbol;

/** A phone number in E.164 without its plus: country code and national number, 7 to 15 digits, no leading zero. */
export type Msisdn = string & { readonly [brand]: "Msisdn" };

export const MSISDN_DIGITS_MIN = 7;
export const MSISDN_DIGITS_MAX = 15;

/** Longest way of writing a number that is looked at. */
const WRITTEN_MAX = 64;

/** Spaces and dashes of any kind (numbers are pasted from web pages), and round brackets, also around a 0. */
const PUNCTUATION = /[\s\-\u2010-\u2015()]/g;

/**
 * Reads a number as people write it: `+44 7700 900123`, `(+44) 7700-900123`, `447700900123`. Needs the country code: a
 * national number, `00` or `011` in front depend on where one stands. The 0 of `(0)` stays a digit: whether it belongs to
 * the number is for `handsetOf` to say. The error never repeats the number.
 */
export const parseMsisdn = (text: string): Result<Msisdn, string> => {
  if (text.length > WRITTEN_MAX) return fail(`must be at most ${WRITTEN_MAX} characters long`);
  const digits = text.replace(PUNCTUATION, "").replace(/^\+/, "");
  if (!/^[0-9]*$/.test(digits)) {
    return fail("must consist of digits, with an optional + in front and spaces, dashes or brackets between");
  }
  if (digits.startsWith("0")) return fail("must start with a country code, not with 0");
  if (!isMsisdn(digits)) return fail(`must have ${MSISDN_DIGITS_MIN} to ${MSISDN_DIGITS_MAX} digits`);
  return ok(digits);
};

/** How a number leaves the system: `+447700900123`. */
export const formatMsisdn = (msisdn: Msisdn): string => `+${msisdn}`;

/** For values off the wire, where nothing but digits is right. */
export const isMsisdn = (text: string): text is Msisdn => {
  if (text.length < MSISDN_DIGITS_MIN || text.length > MSISDN_DIGITS_MAX) return false;
  if (text.charCodeAt(0) === ZERO) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
};

const ZERO = "0".charCodeAt(0);
const NINE = "9".charCodeAt(0);

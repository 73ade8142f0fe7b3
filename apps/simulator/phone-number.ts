/** E.164 digits without the plus: the form in which every carrier interface here names a number. */
export type Digits = string;

/** E.164: at most 15 digits; the SMS API takes no fewer than 7. */
const DIGITS = /^\d{7,15}$/;

/** What a person may write: `+44 (7700) 900-123`. Nothing when it is no number. */
export const parseDigits = (written: string): Digits | undefined => {
  const digits = written
    .trim()
    .replace(/^\+/, "")
    .replace(/[ ()\-.]/g, "");
  return DIGITS.test(digits) ? digits : undefined;
};

/** What a carrier interface accepts: digits and nothing else. */
export const isDigits = (value: string): boolean => DIGITS.test(value);

/** Numbers leave the control interface with a plus; an alphanumeric sender stays as it is. */
export const withPlus = (address: string): string => (isDigits(address) ? `+${address}` : address);

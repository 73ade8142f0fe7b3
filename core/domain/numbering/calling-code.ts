/**
 * Calling codes of one and two digits; every other one has three, and no code begins another (ITU-T E.164
 * §6.2.1; list of assigned codes: annex to ITU Operational Bulletin No. 1114, 15.XII.2016).
 */
const SHORT_CODES: ReadonlySet<string> = new Set(
  (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 " +
    "81 82 84 86 90 91 92 93 94 95 98"
  ).split(" "),
);

/**
 * The calling code that digits in international form begin with, such as `44`. Three digits where nobody has
 * the code.
 */
export const callingCodeOf = (international: string): string => {
  const two = international.slice(0, 2);
  if (SHORT_CODES.has(two)) return two;
  const one = international.slice(0, 1);
  return SHORT_CODES.has(one) ? one : international.slice(0, 3);
};

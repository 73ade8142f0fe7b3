import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "./handset.ts";
import { PLANS } from "./plans.ts";

/**
 * What a carrier says of the form of an address (type of number, 3GPP TS 23.040 §9.1.2.5, SMPP 3.4 §5.2.5): 1
 * is `international`, 2 `national`; every other value says nothing and is `unknown`.
 */
export type TypeOfNumber = "international" | "national" | "unknown";

/**
 * Dialled in front of an international number where it is not 00 (ITU Operational Bulletin No. 994, annex);
 * longest first.
 */
const OTHER_INTERNATIONAL_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["1", "011"],
  ["61", "0011"],
]);

/**
 * Makes a sender's address international. `callingCode` is that of the virtual number which was texted (null
 * where that is a short code): a national address is read there, since only a network of that country writes
 * the numbers of its own subscribers so.
 *
 * No calling code begins with 0: so 00 in front is an international prefix whatever the carrier says, and a
 * single 0 in an address that is not said to be national means that it cannot be read. An address of unknown
 * type without 00 stays as it is: its digits could be a national number here and somebody else's
 * international one, and a guess would pass a stranger's text on. Null: no number that a person texts from.
 */
export const toInternational = (
  address: string,
  type: TypeOfNumber,
  callingCode: string | null,
): Msisdn | null => {
  if (address.startsWith("+")) return msisdnOrNull(address.slice(1));
  const afterPrefix = withoutInternationalPrefix(address, callingCode);
  if (afterPrefix !== null) return msisdnOrNull(afterPrefix);
  return type === "national" ? fromNational(address, callingCode) : msisdnOrNull(address);
};

const withoutInternationalPrefix = (address: string, callingCode: string | null): string | null => {
  const other = callingCode === null ? undefined : OTHER_INTERNATIONAL_PREFIXES.get(callingCode);
  if (other !== undefined && address.startsWith(other)) return address.slice(other.length);
  return address.startsWith("00") ? address.slice(2) : null;
};

/**
 * The trunk prefix goes, and so does the calling code where the address has it in spite of its type and is
 * too long with it.
 */
const fromNational = (address: string, callingCode: string | null): Msisdn | null => {
  if (callingCode === null) return null;
  return (
    asNational(address, callingCode) ??
    (address.startsWith(callingCode) ? asNational(address.slice(callingCode.length), callingCode) : null)
  );
};

const asNational = (national: string, callingCode: string): Msisdn | null => {
  const number = callingCode + national;
  const plan = PLANS.get(callingCode);
  if (plan === undefined || !isMsisdn(number)) return null;
  const handset = handsetOf(number);
  const length = handset.length - callingCode.length;
  return length >= plan.shortest && length <= plan.longest ? handset : null;
};

const msisdnOrNull = (digits: string): Msisdn | null => (isMsisdn(digits) ? digits : null);

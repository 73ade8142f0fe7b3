/**
 * What is to be known of a numbering plan to read its numbers in every way of writing. Lengths are in digits.
 */
export interface Plan {
  readonly callingCode: string;
  /** Dialled in front of a national number at home, and left out from abroad; the ones in use come first. */
  readonly trunkPrefixes: readonly string[];
  /**
   * No national number of a handset begins with the trunk prefix, so that it can be told from one at any
   * length.
   */
  readonly trunkNeverLeads: boolean;
  /** Shortest and longest national number of a line or a mobile, without trunk prefix. */
  readonly shortest: number;
  readonly longest: number;
}

/*
 * Sources: trunk prefixes from ITU "Dialling procedures (international prefix, national (trunk) prefix and
 * national (significant) number)", annex to Operational Bulletin No. 994, 15.XII.2011, checked against
 * libphonenumber-js 1.13.16; lengths of fixed, mobile, personal and IP numbers from the metadata of the same.
 * Each entry is `calling code:shortest-longest`.
 */

/** Trunk prefix 0, and no national number begins with a single 0. */
const DROPS_ZERO = `
20:8-10 27:5-9 31:9-11 32:8-9 33:9 40:6-9 41:9 43:4-13 44:9-10 46:7-9 49:5-13 51:8-9 53:6-10 54:10-11 55:10-11
56:9 57:8-10 58:10 60:8-10 61:9 62:7-12 63:6-10 64:8-10 66:8-9 81:9-10 82:5-11 84:9-10 86:7-11 90:10 91:10
92:9-10 93:9 94:9 95:6-10 98:6-10 211:9 212:9 213:8-9 218:9 231:7-9 232:8 233:9 234:10 243:7-10 249:9 251:9
252:6-9 254:7-9 255:9 256:9 260:9 261:9 262:9 263:9-10 264:8-9 265:7-9 291:7 353:7-10 355:8-9 358:5-10 359:6-9
373:8 374:8 377:8-9 380:9 381:7-12 382:8 383:8-12 385:8-9 386:8 387:8-9 389:8 421:6-9 423:7-9 508:6-9 590:9
591:8 593:8-9 594:9 595:7-9 596:9 598:8 686:5-8 850:8-10 855:8-9 856:8-10 880:6-10 886:8-11 961:7-8 962:8-9
963:8-9 964:8-10 966:9 967:7-9 970:8-9 971:8-9 972:8-12 976:8-10 977:8-10 994:9 995:9 996:9
`;

/**
 * No trunk prefix. Where a national number begins with 0 (Italy, San Marino, Benin, Ivory Coast, Congo,
 * Gabon, Burkina Faso, Niger, New Caledonia), the 0 belongs to it and stays.
 */
const NO_TRUNK_PREFIX = `
30:10 34:9 39:6-12 45:8 47:8 48:7-9 65:8 216:8 220:7-9 221:9 222:8 223:8 224:8-9 225:10 226:8 227:8 228:8 229:10
230:7-8 235:8 236:8 237:9 238:7 239:7 240:9 241:7-8 242:9 244:9 245:7-9 246:7 247:5 248:7 253:8 257:8 258:8-9
266:8 267:7-8 268:8 269:7 290:4-5 297:7 298:6 299:6 350:8 351:9 352:4-11 354:7-9 356:8 357:8 371:8 372:7-8
376:6-9 378:8-10 420:9 500:5 501:7 502:8 503:8 504:8 505:8 506:8 507:7-8 509:8 592:7 597:6-7 599:7-8 670:7-8
672:6 673:7 674:7 675:7-8 676:5-7 677:5-7 678:5-7 679:7 680:7 681:6 682:5 683:4-7 685:5-10 687:6 688:5-7 689:8
690:4-7 691:7 852:8 853:8 960:7 965:8 968:8 973:8 974:8 975:7-8
`;

/**
 * The prefix has more digits or another one, or may begin a number too, so that the length must tell:
 * `code:lengths:prefixes`.
 */
const DROPS_BY_LENGTH = `
1:10:1 7:10:8 36:8-9:06 52:10: 250:8-9:0 370:8:0,8 375:9:80,0 692:7:1 992:9:8 993:8:8 998:9:8
`;

const plansOf = (table: string, trunkPrefix: string | null): readonly Plan[] =>
  table
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [callingCode = "", lengths = "", prefixes = ""] = entry.split(":");
      const [shortest, longest = shortest] = lengths.split("-").map(Number);
      return {
        callingCode,
        trunkPrefixes: trunkPrefix === null ? prefixes.split(",").filter(Boolean) : [trunkPrefix],
        trunkNeverLeads: trunkPrefix !== null,
        shortest: shortest ?? 0,
        longest: longest ?? 0,
      };
    });

export const PLANS: ReadonlyMap<string, Plan> = new Map(
  [...plansOf(DROPS_ZERO, "0"), ...plansOf(NO_TRUNK_PREFIX, null), ...plansOf(DROPS_BY_LENGTH, null)].map(
    (plan) => [plan.callingCode, plan],
  ),
);

import type { LookupAddress } from "node:dns";
import { lookup as lookUp } from "node:dns/promises";
import { isIP } from "node:net";

/** How long an answer is gone by, in milliseconds, and how many names are remembered. */
const REMEMBERED_MS = 60_000;
const NAMES_MAX = 2_000;

/** All addresses of a name. Rejects where it has none. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

export const systemLookup: Lookup = (host) => lookUp(host, { all: true });

/** As `hostname` of a URL, without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

/** Whether a host is reached by IPv4 or by IPv6; the first where both can be. Null: it has no address. */
export const familyLookup = (lookup: Lookup) => {
  const known = new Map<string, { readonly family: 4 | 6; readonly until: number }>();
  return async (host: string): Promise<4 | 6 | null> => {
    const literal = isIP(host);
    if (literal === 4 || literal === 6) return literal;
    const remembered = known.get(host);
    if (remembered && remembered.until > performance.now()) return remembered.family;
    const addresses = await lookup(host).catch(() => []);
    if (addresses.length === 0) return null;
    const family = addresses.some((each) => each.family === 4) ? 4 : 6;
    if (known.size >= NAMES_MAX) known.clear();
    known.set(host, { family, until: performance.now() + REMEMBERED_MS });
    return family;
  };
};

import { ROLE } from "#core/leaks/words/roles.ts";
import { atSignAt, type Chain, chainAt, chainEnd, isAtom, type Parting, wordOf } from "./address-parts.ts";
import { domainLength, hasPath, isAddress } from "./domain.ts";
import { type Finding, findingsOver, type LeakKind } from "./finding.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";

/** Mail boxes and addresses on the web. */
export const findAddresses = (reading: Reading): readonly Finding[] => {
  const { tokens, roles, hasAt, hasDot } = reading;
  if (!hasAt && !hasDot && (roles & (ROLE.dot | ROLE.provider | ROLE.scheme)) === 0) return [];
  const findings: Finding[] = [];
  for (let at = 0; at < tokens.length; ) {
    reading.steps += 1;
    const found = isAtom(tokens[at]) ? addressAt(reading, at) : null;
    if (found === null) {
      at += 1;
      continue;
    }
    if (found.kind !== null)
      findings.push(...findingsOver(tokens.slice(found.from, found.to), found.kind, "sure"));
    at = found.to;
  }
  return findings;
};

/** `kind` null: nothing, and none of these tokens begins anything either. */
interface Address {
  readonly kind: LeakKind | null;
  readonly from: number;
  readonly to: number;
}

const addressAt = (reading: Reading, at: number): Address | null => {
  const { tokens } = reading;
  if (isScheme(tokens[at]!) && tokens[at]!.value !== "www") return schemeAt(tokens, at);
  const chain = chainAt(reading, at);
  const end = chainEnd(chain);
  reading.steps += end - at;
  const sign = atSignAt(tokens, end);
  if (sign !== null && isAtom(tokens[sign.to])) {
    const mailEnd = mailBoxEnd(reading, chain, sign);
    if (mailEnd !== null) return { kind: "email", from: startOfBox(tokens, at), to: mailEnd };
  }
  const spaced = spacedAddressEnd(tokens, at);
  if (spaced !== null) return { kind: "link", from: at, to: spaced };
  const count = domainLength(reading, chain);
  if (count > 0 && isAddress(reading, chain, count)) {
    const last = chain.labels[count - 1]!;
    return { kind: "link", from: at, to: pathEnd(tokens, last.to, hasPath(tokens, last)) };
  }
  // What was no address as a whole may end in one: "ok. see example.com".
  const next = chain.labels[1];
  return { kind: null, from: at, to: next === undefined ? end : firstUnreadable(chain) };
};

const firstUnreadable = ({ labels }: Chain): number => labels[1]!.from;

const isScheme = (token: Token): boolean => hasRole(token, ROLE.scheme);

/** "https://example.com/x": whatever follows the two slashes. */
const schemeAt = (tokens: readonly Token[], at: number): Address => {
  let to = at + 1;
  while (to < tokens.length && tokens[to]!.kind === "mark" && ":/ ".includes(tokens[to]!.value)) to += 1;
  const isMeant = to > at + 1 && isAtom(tokens[to]);
  return { kind: isMeant ? "link" : null, from: at, to: isMeant ? pathEnd(tokens, to + 1, true) : to };
};

/** "www example com". */
const spacedAddressEnd = (tokens: readonly Token[], at: number): number | null => {
  const isSpaced =
    tokens[at]!.value === "www" &&
    tokens[at + 1]?.kind === "word" &&
    ENDINGS.has(tokens[at + 2]?.value ?? "");
  return isSpaced ? at + 3 : null;
};

const ENDINGS = new Set(["com", "net", "org", "de", "es", "fr", "uk", "br", "pt"]);

/** Everything up to the next space, without the punctuation of the sentence. `further`: a path may begin after a space. */
const pathEnd = (tokens: readonly Token[], from: number, further: boolean): number => {
  let to = from;
  if (further && (isMark(tokens[to], "/") || hasRole(tokens[to], ROLE.slash)) && isAtom(tokens[to + 1]))
    to += 2;
  while (to < tokens.length && tokens[to]!.gap === GAP.none) to += 1;
  while (to > from && tokens[to - 1]!.kind === "mark" && ".,!?)]}>;:'\"".includes(tokens[to - 1]!.value))
    to -= 1;
  return to;
};

/** Where the mail box ends whose name is `local`, or null when the sign does not make one. */
const mailBoxEnd = (reading: Reading, local: Chain, sign: Parting): number | null => {
  const { tokens } = reading;
  const host = chainAt(reading, sign.to);
  const count = domainLength(reading, host);
  const isWritten = sign.manner === "written";
  const isMark =
    tokens[sign.to - 1]!.value === "@" ||
    (sign.manner === "spelled" && !hasRole(tokens[sign.to - 1], ROLE.at));
  const name = local.labels.at(-1)!;
  const isWord = wordOf(tokens, name) !== "" && local.labels.length === 1;
  const isJoined = hasRole(tokens[name.from - 1], ROLE.underscore | ROLE.dash);
  const ordinary =
    isWord && !isJoined && hasRole(tokens[name.from], ROLE.ordinary | ROLE.siteCue | ROLE.unit);
  if (count > 0) {
    const end = host.labels[count - 1]!.to;
    if (isWritten) return end;
    if (isMark)
      return ordinary &&
        sign.manner === "spaced" &&
        tokens[sign.to]!.gap !== GAP.none &&
        !isMailName(tokens, local)
        ? null
        : end;
    // "look at example.com" names a site, "ben77 at example dot com" a mail box.
    const isDotWritten = host.dots[count - 2]!.manner === "written";
    if (
      ordinary ||
      (isDotWritten &&
        isWord &&
        /^at$/.test(tokens[sign.to - 1]!.value) &&
        !hasRole(tokens[host.labels[0]!.from], ROLE.provider))
    )
      return null;
    return end;
  }
  const first = host.labels[0]!;
  if (hasRole(tokens[first.from], ROLE.provider) && first.to === first.from + 1)
    return ordinary ? null : first.to;
  const isUnknownEnding = isWritten && host.labels.length > 1 && host.dots[0]!.manner === "written";
  return isUnknownEnding && wordOf(tokens, host.labels[1]!).length >= 2 ? host.labels[1]!.to : null;
};

const isMailName = (tokens: readonly Token[], { labels }: Chain): boolean =>
  labels.length > 1 || labels[0]!.to > labels[0]!.from + 1 || tokens[labels[0]!.from]!.kind === "digits";

const BOX_TOKENS_MAX = 32;

/** Names of mail boxes may hold more marks than hosts: "d.jones+sofa". */
const startOfBox = (tokens: readonly Token[], at: number): number => {
  let from = at;
  while (from > 0 && at - from < BOX_TOKENS_MAX && tokens[from]!.gap === GAP.none) {
    const before = tokens[from - 1]!;
    if (before.kind === "mark" && !"+._-%&'".includes(before.value)) break;
    from -= 1;
  }
  while (tokens[from]!.kind === "mark" && from < at) from += 1;
  while (from > 1 && hasRole(tokens[from - 1], ROLE.underscore | ROLE.dash) && isAtom(tokens[from - 2]))
    from -= 2;
  return from;
};

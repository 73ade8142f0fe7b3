import { ROLE } from "#core/leaks/words/roles.ts";
import { STRONG_DOMAINS, TOP_LEVEL_DOMAINS, WORD_DOMAINS } from "#core/leaks/words/top-level-domains.ts";
import { type Chain, type Label, wordOf } from "./address-parts.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";

/** How many labels at the beginning of a chain are a domain name with a known ending; 0: none. */
export const domainLength = ({ tokens }: Reading, { labels }: Chain): number => {
  for (let count = labels.length; count >= 2; count -= 1)
    if (TOP_LEVEL_DOMAINS.has(wordOf(tokens, labels[count - 1]!))) return count;
  return 0;
};

/**
 * Whether labels with a known ending are meant as an address on the web: "thanks.me too" is a missing space, and "the point
 * is" a sentence.
 */
export const isAddress = (reading: Reading, chain: Chain, count: number): boolean => {
  const { tokens } = reading;
  const ending = wordOf(tokens, chain.labels[count - 1]!);
  const before =
    chain.labels[
      count > 2 && SECOND_LEVEL.has(wordOf(tokens, chain.labels[count - 2]!)) ? count - 3 : count - 2
    ]!;
  const last = chain.labels[count - 1]!;
  if (hasPath(tokens, last))
    return !isOrdinary(tokens, before) || !WORD_DOMAINS.has(ending) || wordOf(tokens, before).length === 1;
  if (wordOf(tokens, chain.labels[0]!) === "www") return true;
  const isBroken = tokens[before.to - 1]!.kind === "digits" && before.to === before.from + 1;
  if (isBroken) return false;
  const goesOn = isFollowedByWord(tokens, last);
  const dots = chain.dots.slice(0, count - 1);
  const isWord = WORD_DOMAINS.has(ending) && !STRONG_DOMAINS.has(ending);
  const ordinary = isOrdinary(tokens, before);
  if (dots.every(({ manner }) => manner === "written")) {
    if (isTelling(before) || count > 2) return !(isWord && ordinary);
    if (ordinary) return !isWord && !goesOn && !WORD_DOMAINS.has(ending);
    return !isWord || !goesOn || hasSiteCue(reading, chain.labels[0]!);
  }
  if (dots.some(({ manner }) => manner === "trailing"))
    return SURE_ENDINGS.has(ending) && !ordinary && !goesOn;
  if (ordinary && !isTelling(before)) return false;
  return !isWord || (!goesOn && dots.every(({ manner }) => manner === "spelled"));
};

const SECOND_LEVEL = new Set(["com", "co", "org", "net", "gov", "ac", "edu"]);

const SURE_ENDINGS = new Set(["com", "net", "org", "uk"]);

/** More than a word: "anns-cakes", "ann77". */
const isTelling = ({ from, to }: Label): boolean => to > from + 1;

const isOrdinary = (tokens: readonly Token[], label: Label): boolean =>
  wordOf(tokens, label) !== "" && hasRole(tokens[label.from], ROLE.ordinary | ROLE.number | ROLE.unit);

export const hasPath = (tokens: readonly Token[], { to }: Label): boolean => {
  const [slash, next] = [tokens[to], tokens[to + 1]];
  if (slash === undefined || next === undefined) return false;
  if (isMark(slash, "/")) return next.kind !== "mark" || isMark(next, "@");
  return hasRole(slash, ROLE.slash) && next.kind !== "mark";
};

const isFollowedByWord = (tokens: readonly Token[], { to }: Label): boolean => {
  const next = tokens[to];
  return next !== undefined && next.kind === "word" && next.gap === GAP.space;
};

const CUE_TOKENS = 5;

const hasSiteCue = ({ tokens }: Reading, { from }: Label): boolean => {
  for (let at = Math.max(0, from - CUE_TOKENS); at < from; at += 1)
    if (hasRole(tokens[at], ROLE.siteCue)) return true;
  return false;
};

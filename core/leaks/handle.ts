import { ROLE } from "#core/leaks/words/roles.ts";
import { type Certainty, type Finding, findingsOver } from "./finding.ts";
import { isMeant } from "./name-after-app.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";
import { fullNameEnd, fullNameStart, type UserName, userNameAt, userNameBefore } from "./user-name.ts";

/** User names on other applications. Naming an application, or asking for one, is none. */
export const findHandles = (reading: Reading): readonly Finding[] => {
  const { tokens, roles, hasAt } = reading;
  if (!hasAt && (roles & (ROLE.app | ROLE.nameCue | ROLE.provider)) === 0) return [];
  const findings: Finding[] = [];
  let end = 0;
  const add = ({ from, to, kind, certainty }: Handle): void => {
    if (from < end) return;
    findings.push(...findingsOver(tokens.slice(from, to), kind, certainty));
    end = to;
  };
  for (let at = 0; at < tokens.length; at += 1) {
    reading.steps += 1;
    const token = tokens[at]!;
    const found = hasRole(token, ROLE.app | ROLE.provider)
      ? (nameBefore(reading, at) ?? nameAfter(reading, at))
      : isMark(token, "@")
        ? nameAtSign(reading, at)
        : NAME_WORDS.has(token.value)
          ? nameAfterCue(reading, at)
          : null;
    if (found !== null) add(found);
  }
  return findings;
};

interface Handle {
  readonly from: number;
  readonly to: number;
  readonly kind: "handle" | "email";
  readonly certainty: Certainty;
}

const LOOK_AHEAD = 8;
const LOOK_BACK = 6;

/** Small words that may stand between an application and a name. */
const FILLERS = new Set([
  ..."me my mi mon meu mein moi mich c i m s l the to too name nombre nome nom user here aqui hier ici est e er it s und y et and a o account cuenta compte conta also tambien aussi auch por em en on als as ich yo je eu i ja".split(
    " ",
  ),
]);

/** "insta: example.ann", "my telegram is @ann". */
const nameAfter = (reading: Reading, app: number): Handle | null => {
  const { tokens } = reading;
  const isCommon = hasRole(tokens[app], ROLE.commonApp);
  const before = rolesBefore(tokens, app);
  const asks = (before & (ROLE.invite | ROLE.mine)) !== 0;
  const startsText = tokens[app - 1]?.source !== tokens[app]!.source;
  let cue = false;
  let colon = false;
  let is = false;
  let comma = false;
  let naming = false;
  for (let at = app + 1; at < tokens.length && at <= app + LOOK_AHEAD; at += 1) {
    reading.steps += 1;
    const token = tokens[at]!;
    if (token.kind === "mark" && token.value !== "@") {
      if (".!?;/".includes(token.value) && (token.value !== "." || tokens[at + 1]?.gap !== GAP.none))
        return null;
      if (token.value === "-" && !isDash(tokens, at)) return null;
      colon ||= token.value === "-" || ":=>¤".includes(token.value);
      comma ||= token.value === ",";
      continue;
    }
    if (token.gap === GAP.text) colon = true;
    const isCue = hasRole(token, ROLE.nameCue);
    // "meu insta é": the accent is often left out.
    const isIs =
      hasRole(token, ROLE.is) ||
      isAccentedE(reading, token) ||
      (token.value === "e" && (before & ROLE.mine) !== 0);
    naming ||= CALLED.has(token.value);
    const name = userNameAt(reading, at);
    const meant =
      name !== null &&
      isMeant({
        reading,
        app: tokens[app]!.value,
        name,
        naming,
        startsText,
        cue,
        colon,
        is,
        comma,
        before,
        isCommon,
        near: at === app + 1,
      });
    if (meant) return handleOf(reading, app, name);
    const full = fullNameEnd(reading, at);
    const isFull = is || ((colon || comma) && (asks || startsText));
    if (full !== null && isFull && (!isCommon || tokens[app]!.value === "face"))
      return { from: at, to: full, kind: "handle", certainty: "sure" };
    if (hasRole(token, ROLE.app)) return null;
    if (!isCue && !isIs && !FILLERS.has(token.value)) return null;
    cue ||= isCue;
    is ||= isIs;
  }
  return null;
};

const CALLED = new Set(
  "heisse heiss llamo chamo appelle called named as als como comme under unter".split(" "),
);

const handleOf = ({ tokens }: Reading, app: number, { from, to }: UserName): Handle => ({
  from,
  to,
  kind: hasRole(tokens[app], ROLE.provider) ? "email" : "handle",
  certainty: "sure",
});

/** A hyphen within a word announces nothing. */
const isDash = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]!.gap !== GAP.none || tokens[at + 1]?.gap !== GAP.none;

const isAccentedE = ({ texts }: Reading, { value, source, start, end }: Token): boolean =>
  value === "e" && end > start && texts[source]!.slice(start, end).normalize("NFC").toLowerCase() === "é";

/** "example_ann on insta", "example_ann (insta)". */
const nameBefore = (reading: Reading, app: number): Handle | null => {
  const { tokens } = reading;
  let at = app - 1;
  if (hasRole(tokens[at], ROLE.mine) || tokens[at]?.value === "the") at -= 1;
  const isBracketed = isMark(tokens[at], "(") && isMark(tokens[app + 1], ")");
  if (!hasRole(tokens[at], ROLE.on) && !isBracketed) return null;
  while (isMark(tokens[at - 1], ",") || isMark(tokens[at - 1], "(")) at -= 1;
  const full = fullNameStart(reading, at);
  if (full !== null && (rolesBefore(tokens, full) & ROLE.invite) !== 0)
    return { from: full, to: at, kind: "handle", certainty: "sure" };
  const name = userNameBefore(reading, at);
  reading.steps += LOOK_BACK;
  if (name === null || name.length < 3 || name.isOrdinary) return null;
  if (name.isTelling) return handleOf(reading, app, name);
  const before = rolesBefore(tokens, name.from);
  const invited = (before & ROLE.invite) !== 0 || NAMING.has(tokens[name.from - 1]?.value ?? "");
  return invited && name.length >= 5 && !isAdverb(tokens[name.from]!.value)
    ? handleOf(reading, app, name)
    : null;
};

/** "I am", "I am called", right before a name. */
const NAMING = new Set("soy sou suis heisse llamo chamo appelle m im i'm called als como".split(" "));

const isAdverb = (word: string): boolean => ADVERB_ENDINGS.some((ending) => word.endsWith(ending));
const ADVERB_ENDINGS = ["ly", "mente", "ment", "ens", "lich", "vent", "ing"];

const rolesBefore = (tokens: readonly Token[], end: number): number => {
  let roles = 0;
  for (let at = end - 1; at >= 0 && at >= end - LOOK_BACK; at -= 1) {
    const token = tokens[at]!;
    if (token.kind === "mark" && ".!?".includes(token.value)) break;
    roles |= token.entry.roles;
  }
  return roles;
};

/** "@example_ann": somebody's name, "@home" is a place. */
const nameAtSign = (reading: Reading, at: number): Handle | null => {
  const { tokens } = reading;
  const first = tokens[at + 1];
  if (first === undefined || first.gap !== GAP.none || first.kind !== "word") return null;
  if (tokens[at]!.gap === GAP.none && at > 0 && tokens[at - 1]!.kind !== "mark") return null;
  const name = userNameAt(reading, at);
  if (name === null || name.length < 3 || name.isOrdinary) return null;
  const isWord = name.to === at + 2;
  const before = rolesBefore(tokens, at);
  const isTold =
    !isWord ||
    (reading.roles & ROLE.app) !== 0 ||
    (before & (ROLE.invite | ROLE.mine | ROLE.nameCue)) !== 0 ||
    NAMING.has(tokens[at - 1]?.value ?? "") ||
    isAlone(tokens, name);
  return isTold ? { from: at, to: name.to, kind: "handle", certainty: "sure" } : null;
};

/** Nothing else stands in the text. */
const isAlone = (tokens: readonly Token[], { from, to }: UserName): boolean => {
  const { source } = tokens[from]!;
  return tokens[from - 1]?.source !== source && tokens[to]?.source !== source;
};

const NAME_WORDS = new Set(
  "username handle pseudo benutzername nutzername screenname nickname nick".split(" "),
);

/** "my user name is example_ann", on whatever application. */
const nameAfterCue = (reading: Reading, cue: number): Handle | null => {
  const { tokens } = reading;
  for (let at = cue + 1; at < tokens.length && at <= cue + 4; at += 1) {
    const token = tokens[at]!;
    if (token.kind === "mark" && token.value !== "@") {
      if (token.value !== ":") return null;
      continue;
    }
    const name = userNameAt(reading, at);
    if (name?.isTelling && name.length >= 4)
      return { from: at, to: name.to, kind: "handle", certainty: "sure" };
    if (!hasRole(token, ROLE.is) && !FILLERS.has(token.value)) return null;
  }
  return null;
};

import { ROLE } from "#core/leaks/words/roles.ts";
import { GAP, hasRole, isMark, type Reading, type Token } from "./reading.ts";
import type { UserName } from "./user-name.ts";

export interface NameCase {
  readonly reading: Reading;
  readonly app: string;
  readonly name: UserName;
  readonly cue: boolean;
  readonly colon: boolean;
  readonly is: boolean;
  readonly comma: boolean;
  /** "I am called" stands between. */
  readonly naming: boolean;
  readonly startsText: boolean;
  readonly before: number;
  readonly isCommon: boolean;
  /** Nothing stands between. */
  readonly near: boolean;
}

export const isMeant = ({
  reading,
  app,
  name,
  cue,
  colon,
  is,
  comma,
  naming,
  startsText,
  before,
  isCommon,
  near,
}: NameCase): boolean => {
  const { tokens } = reading;
  if (name.length < 3) return false;
  const asks = (before & (ROLE.invite | ROLE.mine)) !== 0;
  const isWord = isCommon && !SHORT_APPS.has(app);
  if (name.isTelling) {
    if (cue || isMark(tokens[name.from], "@") || !isCommon) return true;
    return isWord ? colon && (asks || startsText) : colon || is || asks || near;
  }
  if (name.isOrdinary) return false;
  if (cue) return true;
  if (!endsClause(tokens, name.to)) return colon && name.length >= 8 && !isCommon;
  if (isWord) return colon && (asks || startsText) && name.length >= 4;
  if (naming && name.length >= 5) return true;
  const isSaid = is && asks && name.length >= 5;
  if (isCommon) return (colon && name.length >= 4) || isSaid;
  return colon || isSaid || (asks && (near || comma));
};

const endsClause = (tokens: readonly Token[], at: number): boolean => {
  const next = tokens[at];
  return next === undefined || next.kind === "mark" || next.gap >= GAP.line || hasRole(next, ROLE.connect);
};

/** Words that hardly ever are called "mine" but as applications. */
const SHORT_APPS = new Set(["snap", "kik", "zap"]);

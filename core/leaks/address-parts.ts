import { ROLE } from "#core/leaks/words/roles.ts";
import { GAP, hasRole, type Reading, type Token } from "./reading.ts";

/** Letters, digits, hyphens and underscores that are written together; `to` is exclusive. */
export interface Label {
  readonly from: number;
  readonly to: number;
}

/** What parts two labels: `written` touches both, `spaced` does not, `spelled` is a word or stands in brackets. */
export interface Parting {
  readonly to: number;
  readonly manner: "written" | "spaced" | "trailing" | "spelled";
}

/** Labels with dots between them; `dots[n]` stands after `labels[n]`. */
export interface Chain {
  readonly labels: readonly Label[];
  readonly dots: readonly Parting[];
}

const LABELS_MAX = 8;
/** What may enclose a spelled mark, with what closes it. */
const CLOSING: ReadonlyMap<string, string> = new Map(
  [..."()[]{}<>**--__~~||"].flatMap((mark, at, all) => (at % 2 === 0 ? [[mark, all[at + 1]!] as const] : [])),
);

export const isAtom = (token: Token | undefined): boolean => token !== undefined && token.kind !== "mark";

/** The label at a token that is a word or digits. Hyphens around a spelled "at" or "dot" are not part of it. */
export const labelAt = (tokens: readonly Token[], from: number): Label => {
  let to = from + 1;
  for (;;) {
    const token = tokens[to];
    if (token === undefined || token.gap !== GAP.none) break;
    if (isAtom(token)) to += 1;
    else if (joinsLabel(tokens, to)) to += 2;
    else break;
  }
  return { from, to };
};

const joinsLabel = (tokens: readonly Token[], at: number): boolean => {
  const { value } = tokens[at]!;
  const next = tokens[at + 1];
  if (value !== "-" && value !== "_") return false;
  if (!isAtom(next) || next!.gap !== GAP.none) return false;
  const isSpelledMark = hasRole(next, ROLE.at | ROLE.dot);
  return !(isSpelledMark && tokens[at + 2]?.value === value);
};

/** A dot, however it is written, that begins at a token. */
export const dotAt = (tokens: readonly Token[], at: number): Parting | null =>
  partingAt(tokens, at, ".", ROLE.dot);

/** An at sign, however it is written, that begins at a token. */
export const atSignAt = (tokens: readonly Token[], at: number): Parting | null =>
  partingAt(tokens, at, "@", ROLE.at);

const partingAt = (tokens: readonly Token[], at: number, mark: string, role: number): Parting | null => {
  const first = tokens[at];
  if (first === undefined) return null;
  const next = tokens[at + 1];
  if (first.value === mark) {
    const gaps = [first.gap !== GAP.none, next !== undefined && next.gap !== GAP.none];
    const manner = gaps[0] ? "spaced" : gaps[1] ? "trailing" : "written";
    return { to: at + 1, manner };
  }
  if (hasRole(first, role)) return { to: at + 1, manner: "spelled" };
  if (first.kind !== "mark" || !CLOSING.has(first.value) || next === undefined) return null;
  const closing = tokens[at + 2];
  if (
    closing?.kind !== "mark" ||
    closing.value !== CLOSING.get(first.value) ||
    next.gap > GAP.space ||
    closing.gap > GAP.space
  )
    return null;
  const isMeant =
    next.value === mark ||
    hasRole(next, role) ||
    (role === ROLE.at && next.value === "a" && first.value !== "-");
  return isMeant ? { to: at + 3, manner: "spelled" } : null;
};

/** The longest row of labels that begins at a token, with any kind of dots between them. */
export const chainAt = (reading: Reading, from: number): Chain => {
  const { tokens } = reading;
  const labels: Label[] = [labelAt(tokens, from)];
  const dots: Parting[] = [];
  while (labels.length < LABELS_MAX) {
    const { to } = labels.at(-1)!;
    reading.steps += 1;
    const dot = dotAt(tokens, to);
    if (dot === null || !isAtom(tokens[dot.to])) break;
    dots.push(dot);
    labels.push(labelAt(tokens, dot.to));
  }
  return { labels, dots };
};

export const chainEnd = ({ labels }: Chain): number => labels.at(-1)!.to;

/** The label as it is read, "com"; empty when it is more than a word. */
export const wordOf = (tokens: readonly Token[], { from, to }: Label): string =>
  to === from + 1 && tokens[from]!.kind === "word" ? tokens[from]!.value : "";

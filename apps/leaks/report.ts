import { isFound, isLeak, type JudgedLine, type Score, type Scores } from "./score.ts";

const WIDTH = 12;
const LINES_SHOWN_MAX = 40;

/** A table for people. Lines are named by their number: texts are not repeated. */
export const reportOf = ({ any, kinds, languages }: Scores, lines: readonly JudgedLine[]): string =>
  [
    row("", "precision", "recall"),
    scoreRow("any leak", any),
    ...Object.entries(kinds).map(([kind, score]) => scoreRow(kind, score)),
    ...Object.entries(languages).map(([language, score]) => scoreRow(language, score)),
    "",
    `${lines.length} lines, ${lines.filter(isLeak).length} with a leak`,
    listed(
      "missed",
      lines.filter((line) => isLeak(line) && !isFound(line)),
    ),
    listed(
      "false alarms",
      lines.filter((line) => !isLeak(line) && isFound(line)),
    ),
  ].join("\n");

const row = (...cells: readonly string[]): string =>
  cells
    .map((cell) => cell.padEnd(WIDTH))
    .join("")
    .trimEnd();

const scoreRow = (name: string, { precision, recall }: Score): string =>
  row(name, precision.toFixed(3), recall.toFixed(3));

const listed = (what: string, lines: readonly JudgedLine[]): string => {
  const numbers = lines.slice(0, LINES_SHOWN_MAX).map(({ labelled }) => labelled.line);
  const more = lines.length > LINES_SHOWN_MAX ? ", …" : "";
  return `${what}: ${lines.length}${lines.length === 0 ? "" : ` (lines ${numbers.join(", ")}${more})`}`;
};

/**
 * A deliberate breakage of the system: one change of one place, which must not go unnoticed. The place carries the breakage's tag,
 * `// breakage: some-tag` (several with commas), at the end of the line that is changed or on a line of its own above it; so a
 * breakage outlives renames, and follows code that moves to another file.
 */
export interface Mutation {
  /** What is broken, in words that continue "the system would ...". */
  readonly name: string;
  /** Stands exactly once in the code. */
  readonly tag: string;
  /** The broken code in place of the tagged line; must differ from it. */
  readonly broken: (line: string) => string;
  /** Tests that see it, for what no world can: rules that do not show in what people get. Absent: the simulation must. */
  readonly tests?: readonly string[];
}

/** The line is gone. */
export const dropped = (): string => "";

/** Something else in place of what the pattern finds; its first group is kept. */
export const instead =
  (pattern: RegExp, replacement: string) =>
  (line: string): string =>
    line.replace(pattern, (_, kept) => (typeof kept === "string" ? kept : "") + replacement);

/** Another condition in the line's `if`. */
export const onlyIf =
  (condition: string) =>
  (line: string): string => {
    const start = line.indexOf("if (") + 3;
    let end = start;
    let depth = 0;
    do {
      if (line[end] === "(") depth += 1;
      if (line[end] === ")") depth -= 1;
      end += 1;
    } while (depth > 0 && end < line.length);
    return `${line.slice(0, start + 1)}${condition}${line.slice(end - 1)}`;
  };

/** The `if` of the line asks for something more. */
export const onlyIfAlso =
  (condition: string) =>
  (line: string): string =>
    onlyIf(`(${conditionOf(line)}) && ${condition}`)(line);

/** More code after the line. */
export const followedBy =
  (code: string) =>
  (line: string): string =>
    `${line}\n${code}`;

const conditionOf = (line: string): string => {
  const marker = "\u0000";
  const [before = "", after = ""] = onlyIf(marker)(line).split(marker);
  return line.slice(before.length, line.length - after.length);
};

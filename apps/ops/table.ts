/** A column: what stands above it, and what of a row stands in it. */
export type Column<Row> = readonly [header: string, cell: (row: Row) => unknown];

const NOTHING = "-";

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return NOTHING;
  return String(Array.isArray(value) ? value.join(",") : value).replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ");
};

/** Characters as a terminal counts them, roughly: what is joined to a character before takes no room. */
const widthOf = (text: string): number => [...new Intl.Segmenter().segment(text)].length;

const padded = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, i) => (i === cells.length - 1 ? cell : cell + " ".repeat(widths[i]! - widthOf(cell))))
    .join("  ")
    .trimEnd();

/** A table of plain text, a line for each row. Nothing that steers a terminal gets through. */
export const tableOf = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] => {
  if (rows.length === 0) return ["None"];
  const cells = [
    columns.map(([header]) => header.toUpperCase()),
    ...rows.map((row) => columns.map(([, cell]) => cellOf(cell(row)))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i]!))));
  return cells.map((row) => padded(row, widths));
};

/** One thing, a line for each of its fields. */
export const fieldsOf = (fields: Readonly<Record<string, unknown>>): readonly string[] => {
  const entries = Object.entries(fields);
  const width = Math.max(0, ...entries.map(([name]) => widthOf(name)));
  return entries.map(([name, value]) => padded([`${name}:`, cellOf(value)], [width + 1, 0]));
};

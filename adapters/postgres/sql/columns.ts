import { plainArray } from "./array-literal.ts";
import { bigintArrayOf, binaryTextArray, uuidArray } from "./binary-array.ts";
import { byteaArray } from "./bytea-array.ts";

/** One column of rows that a statement takes as arrays: its name and type in SQL, and how it is made of the rows. */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  encode(rows: readonly Row[]): Buffer | string;
}

export const uuid = <Row>(name: string, of: (row: Row) => string): Column<Row> => ({
  name,
  type: "uuid",
  encode: (rows) => uuidArray(rows.map(of)),
});

/** In the text form, which has nulls too. */
export const uuidOrNull = <Row>(name: string, of: (row: Row) => string | null): Column<Row> => ({
  name,
  type: "uuid",
  encode: (rows) => plainArray(rows.map(of)),
});

export const bigint = <Row>(name: string, of: (row: Row) => number | string | null): Column<Row> => ({
  name,
  type: "bigint",
  encode: (rows) => bigintArrayOf(rows, of),
});

export const bytea = <Row>(name: string, of: (row: Row) => Uint8Array): Column<Row> => ({
  name,
  type: "bytea",
  encode: (rows) => byteaArray(rows.map(of)),
});

/** Empty when there is none: `unnest` fills short arrays up with nulls. */
export const text = <Row>(name: string, of: (row: Row) => string | null): Column<Row> => ({
  name,
  type: "text",
  encode: (rows) => (rows.every((row) => of(row) === null) ? "{}" : binaryTextArray(rows.map(of))),
});

/** The same for ids. */
export const seldomUuid = <Row>(name: string, of: (row: Row) => string | null): Column<Row> => ({
  name,
  type: "uuid",
  encode: (rows) => (rows.every((row) => of(row) === null) ? "{}" : plainArray(rows.map(of))),
});

/** A column that mostly has its default in every row; it is then not sent, and nulls stand for the default. */
export const orDefault = <Row, T extends string | number | boolean>(
  name: string,
  type: "smallint" | "integer" | "boolean" | "text",
  byDefault: T,
  of: (row: Row) => T,
): Column<Row> => ({
  name,
  type,
  encode: (rows) => (rows.every((row) => of(row) === byDefault) ? "{}" : plainArray(rows.map(of))),
});

/** `unnest(…) as alias (…)` over the parameters from `first` on. */
export const unnested = <Row>(columns: readonly Column<Row>[], first: number, alias: string): string =>
  `unnest(${columns.map(({ type }, index) => `$${first + index}::${type}[]`).join(", ")})
    as ${alias} (${columns.map(({ name }) => name).join(", ")})`;

/** The parameters for it. */
export const encoded = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly unknown[] =>
  columns.map((column) => column.encode(rows));

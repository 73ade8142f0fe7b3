import { CompiledQuery, type Kysely } from "kysely";
import type { Connection } from "./connection.ts";
import type { Schema } from "./schema.ts";

/** Runs a statement somewhere: in a transaction of Kysely, or on a connection of its own. */
export type Execute = <Row extends object>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** Prepared: parsed and planned once per connection. */
export const executeOn =
  (connection: Connection): Execute =>
  async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await connection.query<Row>({ name: nameOf(text), text, values: [...values] })).rows;

/** Names of prepared statements. There are as many as in the source: none is put together from a caller's input. */
const names = new Map<string, string>();

const nameOf = (text: string): string => {
  const name = names.get(text) ?? `statement-${names.size + 1}`;
  names.set(text, name);
  return name;
};

/** Planned each time, for the values that it has. */
export const executeIn =
  (db: Kysely<Schema>): Execute =>
  async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;

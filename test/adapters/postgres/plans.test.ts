import { afterAll, beforeAll, expect, test } from "vitest";
import { FACTS } from "#adapters/postgres/conversations/opening-facts.ts";
import { OPEN } from "#adapters/postgres/conversations/opening-statement.ts";
import { type Connection, type Database, openDatabase } from "#adapters/postgres/database.ts";
import { BEGIN, FINISH, KNOWN } from "#adapters/postgres/idempotency.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

let fresh: TestDatabase;
let database: Database;
let connection: Connection;

beforeAll(async () => {
  fresh = await createTestDatabase();
  database = openDatabase(fresh.url);
  connection = await database.apiConnections.connect();
  // Now that it is known to be empty, one pass over a table seems to cost no more than a look-up.
  await connection.query("vacuum (analyze)");
});
afterAll(async () => {
  connection.release();
  await database.close();
  await fresh.drop();
});

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

test.each(Object.entries({ FACTS, OPEN, BEGIN, KNOWN, FINISH }))(
  "%s looks every row up by a key, also when it was planned while the tables were empty",
  async (_, statement) => {
    const { rows } = await connection.query<{ "QUERY PLAN": readonly { readonly Plan: Plan }[] }>(
      `explain (generic_plan, format json) ${statement}`,
    );
    const reading = nodesOf(rows[0]!["QUERY PLAN"][0]!.Plan).filter(
      (node) => node["Relation Name"] !== undefined && node["Node Type"] !== "ModifyTable",
    );
    for (const node of reading) expect(node).toHaveProperty("Index Cond");
  },
);

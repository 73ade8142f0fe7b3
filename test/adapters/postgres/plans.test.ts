import { afterAll, beforeAll, expect, test } from "vitest";
import { FACTS } from "#adapters/postgres/conversations/opening-facts.ts";
import { OPEN } from "#adapters/postgres/conversations/opening-statement.ts";
import { type Connection, type Database, openDatabase } from "#adapters/postgres/database.ts";
import { ROUTES } from "#adapters/postgres/hot-routes.ts";
import { BEGIN, FINISH, KNOWN } from "#adapters/postgres/idempotency.ts";
import { type CommitParameters, commitStatement } from "#adapters/postgres/traffic-commit.sql.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

let fresh: TestDatabase;
let database: Database;
let connection: Connection;
let hot: Connection;

beforeAll(async () => {
  fresh = await createTestDatabase();
  database = openDatabase(fresh.url);
  connection = await database.apiConnections.connect();
  hot = await database.hot.connect();
  // Now that it is known to be empty, one pass over a table seems to cost no more than a look-up.
  await connection.query("vacuum (analyze)");
});
afterAll(async () => {
  connection.release();
  hot.release();
  await database.close();
  await fresh.drop();
});

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  /** It has a value for the whole statement, such as whether there is anything in a table. */
  readonly "Parent Relationship"?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const mustLookUp = async (by: Connection, statement: string): Promise<void> => {
  const { rows } = await by.query<{ "QUERY PLAN": readonly { readonly Plan: Plan }[] }>(
    `explain (generic_plan, format json) ${statement}`,
  );
  const reading = nodesOf(rows[0]!["QUERY PLAN"][0]!.Plan).filter(
    (node) =>
      node["Relation Name"] !== undefined &&
      node["Node Type"] !== "ModifyTable" &&
      node["Parent Relationship"] !== "InitPlan",
  );
  for (const node of reading) expect(node).toHaveProperty("Index Cond");
};

test.each(Object.entries({ FACTS, OPEN, BEGIN, KNOWN, FINISH }))(
  "%s looks every row up by a key, also when it was planned while the tables were empty",
  async (_, statement) => {
    await mustLookUp(connection, statement);
  },
);

const ID = "019bc186-de00-7000-8000-000000000001";
const KEY = "0".repeat(32);
const whole: CommitParameters = {
  dispatcher: ID,
  asked: { from: ID, to: ID },
  heardSince: ID,
  messages: [
    {
      ...{
        key: KEY,
        id: ID,
        senderIndex: KEY,
        virtualNumber: 1,
        routeVersion: "1",
        receivedAt: 1,
        expiresAt: 2,
      },
      ...{ lane: 0, disposition: 0, segments: 1, routed: true, hold: true, payload: Buffer.alloc(1) },
    },
  ],
  accepted: [{ messageId: ID, part: 0, parts: 1, carrierId: "a", link: "smpp", attempts: 1, at: 1 }],
  ends: [{ messageId: ID, state: "failed", failure: null, at: 1 }],
  receipts: [{ carrierIds: ["a", "b"], state: "delivered", failure: null, at: 1 }],
};

test.each([
  ["everything", whole],
  ["texts", { ...whole, accepted: [], ends: [], receipts: [] }],
  ["answers and receipts", { ...whole, messages: [], ends: [] }],
  ["ends", { ...whole, messages: [], accepted: [], receipts: [] }],
])(
  "a batch of %s looks every row up by a key, although it was planned while the tables were empty",
  async (_, batch) => {
    const statement = commitStatement(batch);
    for (const known of ["refused", "skipped"] as const) await mustLookUp(hot, statement(known).text);
    await mustLookUp(hot, ROUTES);
  },
);

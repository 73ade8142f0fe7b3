import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MESSAGE, MESSAGES } from "#adapters/postgres/cold/conversation-messages.ts";
import { FAILED_NUMBERS } from "#adapters/postgres/cold/failed-numbers.ts";
import { BEGIN, FINISH, KNOWN } from "#adapters/postgres/cold/idempotency.ts";
import { FACTS } from "#adapters/postgres/cold/opening-facts.ts";
import { OPEN } from "#adapters/postgres/cold/opening-statement.ts";
import { MULTIPART, TAKEN } from "#adapters/postgres/cold/reconciliation.ts";
import { SENT } from "#adapters/postgres/cold/sent-matches.ts";
import { UNRECEIPTED } from "#adapters/postgres/cold/unreceipted.ts";
import type { Connection } from "#adapters/postgres/connection.ts";
import { type Database, openDatabase } from "#adapters/postgres/database.ts";
import { CLAIMED_MESSAGES } from "#adapters/postgres/hot/claimed-messages.ts";
import { KNOWN as KNOWN_KEYS } from "#adapters/postgres/hot/inbound-outcomes.ts";
import { REQUEUE } from "#adapters/postgres/hot/outbound-queue.ts";
import { MATCH_SOME } from "#adapters/postgres/hot/parked-receipts.ts";
import { OPEN_PART_RECEIPTS } from "#adapters/postgres/hot/part-receipts.ts";
import { REQUEUE_INSERTED } from "#adapters/postgres/hot/recover-unowned.ts";
import { ROUTES } from "#adapters/postgres/hot/routes.ts";
import { type CommitParameters, commitStatement } from "#adapters/postgres/hot/traffic-commit.sql.ts";
import { RECOVER } from "#adapters/postgres/ownership/expire-dispatcher.ts";
import { noteLastTextsIn } from "#adapters/postgres/table-partitions/drop-partitions.ts";
import { leastId, PERIOD_MS } from "#adapters/postgres/table-partitions/periods.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

let fresh: TestDatabase;
let database: Database;
let connection: Connection;
let hot: Connection;
/** Of the server: plans without values can be shown only by later ones. */
let version: number;
const GENERIC_PLANS_SINCE = 16;
const NO_GENERIC_PLANS = "PostgreSQL 15 cannot explain a generic plan";

beforeAll(async () => {
  fresh = await createTestDatabase();
  database = openDatabase(fresh.url);
  connection = await database.keyed.connect();
  hot = await database.hot.connect();
  const { rows } = await connection.query<{ version: number }>(
    "select current_setting('server_version_num')::int / 10000 as version",
  );
  version = rows[0]!.version;
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

test.for(Object.entries({ FACTS, OPEN, BEGIN, KNOWN, FINISH }))(
  "%s looks every row up by a key, also when it was planned while the tables were empty",
  async ([, statement], { skip }) => {
    skip(version < GENERIC_PLANS_SINCE, NO_GENERIC_PLANS);
    await mustLookUp(connection, statement);
  },
);

const ID = "019bc186-de00-7000-8000-000000000001";
const KEY = "0".repeat(32);
const whole: CommitParameters = {
  dispatcher: ID,
  dedupIdRange: { from: ID, to: ID },
  receiptIdRange: { from: ID, to: ID },
  messages: [
    {
      ...{
        key: KEY,
        id: ID,
        senderIndex: KEY,
        virtualNumber: 1,
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: "1",
        receivedAt: 1,
        expiresAt: 2,
      },
      ...{ priority: 0, decisionCode: 0, segments: 1, routed: true, own: true, payload: Buffer.alloc(1) },
    },
  ],
  accepted: [{ messageId: ID, part: 0, parts: 1, carrierId: "a", link: "smpp", attempts: 1, at: 1 }],
  outcomes: [{ messageId: ID, state: "failed", failure: null, at: 1 }],
  receipts: [{ carrierIds: ["a", "b"], state: "delivered", failure: null, at: 1, between: null }],
};

test.for<[string, CommitParameters]>([
  ["everything", whole],
  ["texts", { ...whole, accepted: [], outcomes: [], receipts: [] }],
  ["answers and receipts", { ...whole, messages: [], outcomes: [] }],
  ["outcomes", { ...whole, messages: [], accepted: [], receipts: [] }],
])(
  "a batch of %s looks every row up by a key, although it was planned while the tables were empty",
  async ([, batch], { skip }) => {
    skip(version < GENERIC_PLANS_SINCE, NO_GENERIC_PLANS);
    const statement = commitStatement(batch);
    for (const onDuplicate of ["abort", "skip"] as const) await mustLookUp(hot, statement(onDuplicate).text);
    await mustLookUp(hot, ROUTES);
  },
);

/** A Thursday. */
const THURSDAY = Date.UTC(2040, 0, 5);
const PERIODS = 12;
/** Nothing before this is wanted. */
const SINCE = leastId(THURSDAY + (PERIODS - 2) * PERIOD_MS);
const UNTIL = leastId(THURSDAY + (PERIODS - 1) * PERIOD_MS);
const WANTED = /_(2040_03_15|2040_03_22|default)$/;

/** The tables of messages, and of what became of them, that a statement would read with these parameters. */
const tablesReadBy = async (statement: string, values: readonly unknown[]): Promise<readonly Plan[]> => {
  const { rows } = await hot.query<{ "QUERY PLAN": readonly { readonly Plan: Plan }[] }>(
    `explain (format json) ${statement}`,
    values,
  );
  return nodesOf(rows[0]!["QUERY PLAN"][0]!.Plan).filter(
    (node) =>
      /^(message|accepted|message_outcome|part_receipt)_/.test(node["Relation Name"] ?? "") &&
      node["Node Type"] !== "ModifyTable",
  );
};

const tablesOf = (plans: readonly Plan[]): readonly string[] => [
  ...new Set(plans.map((plan) => plan["Relation Name"]!)),
];

test("only statements that are prepared are planned for lookups: lists and counts have the planner as it is", async () => {
  const settingOf = async (name: string) => [
    ...(await sql<Setting>`select current_setting(${name}) as setting`.execute(database.cold)).rows,
    ...(await connection.query<Setting>("select current_setting($1) as setting", [name])).rows,
    ...(await hot.query<Setting>("select current_setting($1) as setting", [name])).rows,
  ];
  for (const name of ["enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan"]) {
    expect(await settingOf(name)).toEqual([{ setting: "on" }, { setting: "off" }, { setting: "off" }]);
  }
  const plans = await settingOf("plan_cache_mode");
  expect(plans.map(({ setting }) => setting)).toEqual(["auto", "force_generic_plan", "force_generic_plan"]);
});

interface Setting {
  readonly setting: string;
}

describe("of a long history", () => {
  beforeAll(async () => {
    for (let n = 0; n < PERIODS; n += 1) {
      await hot.query("select create_partitions($1)", [THURSDAY + n * PERIOD_MS]);
    }
  });

  const ids = [SINCE];
  const LAST = leastId(THURSDAY + PERIODS * PERIOD_MS);
  test.each<[string, string, readonly unknown[]]>([
    ["known keys", KNOWN_KEYS, [[KEY], SINCE]],
    ["keys taken", TAKEN, [[KEY], SINCE]],
    ["ids of a pair", SENT, [[0], ["7f"], SINCE]],
    ["what did not arrive", FAILED_NUMBERS, [SINCE, 10]],
    ["parked receipts", MATCH_SOME, [SINCE, 10]],
    ["claimed messages", CLAIMED_MESSAGES, [ids, [1], [false], SINCE]],
    ["long texts", MULTIPART, [SINCE, 10]],
    ["part receipts", OPEN_PART_RECEIPTS, [ids, SINCE]],
    ["missing receipts", UNRECEIPTED, [SINCE, leastId(THURSDAY + PERIODS * PERIOD_MS), 1, 10]],
    ["what an expired dispatcher owned", RECOVER, [ID, SINCE]],
    ["what a process does not own that was inserted for it", REQUEUE_INSERTED, [ID, SINCE, LAST, ids]],
    ["what is requeued", REQUEUE, [ID, ids, ids, [1], [1], [1], [1], [1], [false], SINCE]],
    ["a message", MESSAGE, [SINCE]],
    ["a conversation", MESSAGES, [ID, 0, ID, 10, SINCE]],
  ])("%s are looked for in the periods where they can be", async (_, statement, values) => {
    const tables = tablesOf(await tablesReadBy(statement, values));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(table).toMatch(WANTED);
  });

  test("receipts are looked for in the periods where they can be, by the carrier's id", async () => {
    const { text, values } = commitStatement({
      ...whole,
      messages: [],
      // Whether it was sent before is looked for in its own period.
      accepted: whole.accepted.map((each) => ({ ...each, messageId: SINCE })),
      receiptIdRange: { from: SINCE, to: UNTIL },
    })("abort");
    const plans = await tablesReadBy(text, values!);
    for (const table of tablesOf(plans)) expect(table).toMatch(WANTED);
    const lookups = plans.filter((plan) => plan["Index Cond"]?.includes("hashtextextended"));
    expect(tablesOf(lookups)).toEqual(["accepted_2040_03_15"]);
  });

  test("keys are looked for in the period before, and only when one is asked for", async () => {
    const dedupIdRange = { from: SINCE, to: UNTIL };
    const texts = { ...whole, accepted: [], outcomes: [], receipts: [] };
    const young = commitStatement({ ...texts, dedupIdRange })("abort");
    const plans = await tablesReadBy(young.text, young.values!);
    expect(tablesOf(plans)).toEqual(["message_2040_03_15"]);
    for (const plan of plans) expect(plan["Index Cond"]).toContain("key");
    const usual = commitStatement({ ...texts, dedupIdRange: null })("abort");
    expect(await tablesReadBy(usual.text, usual.values!)).toEqual([]);
  });

  test("who texted last is noted without reading every text", async () => {
    await hot.query(
      `insert into message (id, conversation_id, received_at, priority, decision_code, segments)
       select (left(least_id($1)::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, least_id(1 + n % 3), n, 0, 0, 1
       from generate_series(1, 30000) n`,
      [THURSDAY],
    );
    const { rows } = await hot.query<{ "QUERY PLAN": readonly { readonly Plan: Plan & Buffers }[] }>(
      `explain (analyze, buffers, format json) ${noteLastTextsIn("message_2040_01_05")}`,
      [leastId(0), 10],
    );
    const plan = rows[0]!["QUERY PLAN"][0]!.Plan;
    expect(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]).toBeLessThan(100);
  });
});

interface Buffers {
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
}

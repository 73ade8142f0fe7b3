import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rent } from "#test/apps/api/participants.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

const PARTICIPANTS = 20;
const NUMBERS = 20;
const CONVERSATIONS = 200;

let database: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ databaseUrl: database.url });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const numberOf = (i: number): string => `+4477009003${String(i).padStart(2, "0")}`;

/** Every two participants once, and ten pairs once more: each participant is in exactly as many conversations as there are numbers. */
const pairs = (): readonly (readonly [string, string])[] => {
  const all = Array.from({ length: PARTICIPANTS }, (_, i) => i);
  const once = all.flatMap((a) => all.filter((b) => b > a).map((b) => [numberOf(a), numberOf(b)] as const));
  const again = all.filter((i) => i % 2 === 0).map((i) => [numberOf(i), numberOf(i + 1)] as const);
  return [...once, ...again];
};

interface Expected {
  readonly from: string;
  readonly text: string;
}

test("200 conversations of 20 participants fit on 20 numbers, every text arrives at the right handset, and nothing can be read outside", async () => {
  await rent(api, NUMBERS);
  const expected = new Map<string, Expected[]>();
  const expectAt = (handset: string, from: string, text: string): void => {
    expected.set(handset, [...(expected.get(handset) ?? []), { from: from.slice(1), text }]);
  };
  const all = pairs();
  expect(all).toHaveLength(CONVERSATIONS);

  const opened = await inTurns(10, all, async ([a, b], i) => {
    const body = {
      participants: [
        { number: a, intro: introOf(i, "a") },
        { number: b, intro: introOf(i, "b") },
      ],
    };
    const reply = await api.ask("POST", "/v1/conversations", { body });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    return reply.body.participants as readonly { readonly number: string; readonly virtualNumber: string }[];
  });
  opened.forEach(([a, b], i) => {
    if (!a || !b) throw new Error("A conversation without two participants");
    expectAt(a.number, b.virtualNumber, introOf(i, "a"));
    expectAt(b.number, a.virtualNumber, introOf(i, "b"));
    for (const words of [`Hello, this is conversation ${i}`, `Hello, this is conversation ${i}`]) {
      api.simulator.text(a.number, b.virtualNumber, words);
      expectAt(b.number, a.virtualNumber, words);
    }
    const reply = `Yes, that is conversation ${i} 🙂`;
    api.simulator.text(b.number, a.virtualNumber, reply);
    expectAt(a.number, b.virtualNumber, reply);
  });

  const total = [...expected.values()].flat().length;
  const shown = () => [...expected.keys()].flatMap((handset) => api.simulator.inbox(handset));
  await eventually(() => shown().length >= total, "every text arrives", 40_000);
  for (const [handset, texts] of expected)
    expect(sorted(api.simulator.inbox(handset)), "what a handset got").toEqual(sorted(texts));

  const secrets = [...expected].flatMap(([handset, texts]) => [
    handset.slice(1),
    ...texts.map(({ text }) => text),
  ]);
  const dump = await dumpOf(database.url);
  // What is no secret can be found, so the search works.
  expect(dump).toContain(opened[0]![0]!.virtualNumber.slice(1));
  expectNoNumbers(dump, secrets);
  const log = api.log.join("");
  expect(log).toContain("/v1/conversations");
  expectNoNumbers(log, secrets);
});

const introOf = (i: number, side: string): string => `Welcome to number ${i} as ${side}`;

const sorted = (texts: readonly Expected[]): readonly Expected[] =>
  texts
    .map(({ from, text }) => ({ from, text }))
    .sort((a, b) => `${a.from} ${a.text}`.localeCompare(`${b.from} ${b.text}`));

/** Several at a time, as clients of an API come. */
const inTurns = async <T, U>(
  count: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<U>,
): Promise<readonly U[]> => {
  const results: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
};

/** Every row of every table, as PostgreSQL writes it; bytes come as hexadecimal. */
const dumpOf = async (url: string): Promise<string> => {
  const client = new Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(relname) as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) {
      const result = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      rows.push(...result.rows.map(({ row }) => row));
    }
    return rows.join("\n");
  } finally {
    await client.end();
  }
};

/** Neither as such, nor without its calling code, nor as bytes. */
const expectNoNumbers = (told: string, secrets: readonly string[]): void => {
  for (const secret of secrets) {
    const forms = [
      secret,
      Buffer.from(secret).toString("hex"),
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    ];
    if (/^\d+$/.test(secret)) forms.push(secret.slice(2));
    for (const form of forms)
      if (told.includes(form)) throw new Error(`Found where nobody may find it: ${form}`);
  }
};

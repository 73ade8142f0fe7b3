import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "#apps/client/main.ts";
import { COMMANDS } from "#apps/ops/commands.ts";
import { runOps } from "#apps/ops/run.ts";
import { opened, somebody } from "#test/apps/api/participants.ts";
import { ADMIN, READER, type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

/** A number that the account holds, and we do not know of. */
const HELD = "+447980000999";
const KEYS = Buffer.alloc(32, 7).toString("base64");

let database: TestDatabase;
let api: RunningApi;
const said = new Set<string>();

beforeAll(async () => {
  database = await createTestDatabase();
  const rented = [{ country: "GB", msisdn: HELD.slice(1) }];
  api = await startApi({
    ...{ databaseUrl: database.url, simulator: { rented } },
    settings: { auditSigningKey: new Uint8Array(32).fill(9) },
  });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

interface Calling {
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const call = async (words: readonly string[], { file, environment, signal, onLine }: Calling = {}) => {
  const [out, err]: [string[], string[]] = [[], []];
  const command = COMMANDS.find((each) => `${words.join(" ")} `.startsWith(`${each.words} `));
  if (command) said.add(command.words);
  const code = await runOps(words, {
    environment: { SMS_PROXY_URL: api.url, SMS_PROXY_KEY: ADMIN, ...environment },
    signal: signal ?? new AbortController().signal,
    out: (line) => {
      out.push(line);
      onLine?.(line);
    },
    err: (line) => err.push(line),
    read: async () => file ?? "",
    now: Date.now,
  });
  return { code, out, err };
};

/** As a program calls it: what it answers, which has to be good. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there.
const ask = async (words: string, calling?: Calling): Promise<any> => {
  const { code, out, err } = await call([...words.split(" "), "--json"], calling);
  expect({ words, code, err }).toEqual({ words, code: 0, err: [] });
  return JSON.parse(out.join("\n"));
};

/** As a person calls it. */
const tell = async (words: string, calling?: Calling): Promise<string> => {
  const { code, out, err } = await call(words.split(" "), calling);
  expect({ words, code, err }).toEqual({ words, code: 0, err: [] });
  return out.join("\n");
};

describe("an operator", () => {
  test("looks after numbers", async () => {
    const rented = await ask("number rent GB 4");
    expect(rented.length).toBe(4);
    const spare = rented[3].number;
    expect(await tell("numbers --limit 2")).toMatch(/^NUMBER .*\n\+44/);
    expect((await ask(`number drain ${spare}`)).state).toBe("draining");
    expect(await tell(`number release ${spare}`)).toBe(`Released ${spare}`);
    expect(await ask(`number add ${HELD} --reserved`)).toMatchObject({ state: "reserved" });
    await eventually(async () => (await ask("pool")).length === 1, "the pool is counted");
    expect(await ask("pool")).toMatchObject([{ country: "GB", headRoom: expect.any(Number) }]);
  });

  test("finds and closes conversations, and what was texted in them", async () => {
    const { id, participants } = await opened(api, { reference: "order-7" });
    const [ann, ben] = participants;
    expect(await tell("find order-7")).toContain(id);
    await eventually(async () => (await ask(`find ${ann.number}`)).messages.length > 0, "a text is found");
    const shown = await ask(`conversation show ${id}`);
    expect(shown.messages[0].text).toContain("Ben");
    const message = shown.messages[0].id;
    expect(await ask(`find ${message}`)).toMatchObject({ id: message });
    expect(await tell(`message show ${message}`)).toContain(shown.messages[0].text);
    expect((await call(["message", "retry", message])).code).toBe(1);
    expect(await tell(`route explain ${ann.number} ${ben.virtualNumber}`)).toMatch(/outcome: +relay/);
    expect(await ask(`conversation close ${id} --reason over`)).toMatchObject({ closeReason: "over" });
    expect(await tell("failures")).toBe("None");
  });

  test("controls links, and sees what was said of them", async () => {
    expect(await tell("links")).toMatch(/NAME .*\nhttp +api-\w+ +up/);
    expect(await tell("link pause http")).toMatch(/paused: +yes/);
    await eventually(async () => (await tell("links")).includes("Paused by admin"), "it is paused");
    expect(await ask("link resume http")).toMatchObject({ paused: false });
    expect(await ask("link set http window=15 rate=none")).toMatchObject({ window: 15, rate: null });
    expect(await ask("link restart http")).toMatchObject({ restarts: 1 });
    const told = (await ask("events --types link.* --limit 200")).map(({ type }: { type: string }) => type);
    expect(told).toEqual(
      expect.arrayContaining(["link.paused", "link.resumed", "link.changed", "link.restarted"]),
    );
  });

  test("follows what happens", async () => {
    const enough = new AbortController();
    const types: string[] = [];
    const following = call(["events", "--follow", "--json", "--after", "first", "--types", "link.*"], {
      signal: enough.signal,
      onLine: (line) => types.push(JSON.parse(line).type),
    });
    await eventually(() => types.includes("link.restarted"), "what has happened is shown");
    await ask("link pause http");
    await ask("link resume http");
    await eventually(() => types.filter((type) => type === "link.resumed").length === 2, "what happens is");
    enough.abort();
    expect((await following).code).toBe(0);
  });

  test("opts people out and in", async () => {
    const number = somebody();
    expect(await ask(`opt-out add ${number}`)).toMatchObject({ number, source: "api" });
    expect(await tell(`opt-out show ${number}`)).toMatch(/source: +api/);
    expect((await ask("opt-outs")).map((each: { number: string }) => each.number)).toEqual([number]);
    expect(await tell(`opt-out remove ${number}`)).toContain("gets texts again");
    const gone = await call(["opt-out", "show", number]);
    expect(gone.code).toBe(1);
    expect(gone.err[0]).toContain("no such opt-out");
    expect(await tell(`opt-out add ${number} --scope all`)).toMatch(/scope: +all/);
    expect((await call(["opt-out", "add", number, "--scope", "half"])).code).toBe(2);
    await ask(`opt-out remove ${number}`);
  });

  test("takes over a list of opt-outs, and sees which lines are refused", async () => {
    const [ann, ben] = [somebody(), somebody()];
    const file = `{"number":"${ann}","since":"2025-06-30T09:00:00Z"}\n\n{"number":"${ben}"}\n`;
    expect(await tell("opt-out import list.ndjson", { file })).toMatch(/accepted: +2\nrefused: +0/);
    expect(await ask(`opt-out show ${ann}`)).toMatchObject({ since: "2025-06-30T09:00:00.000Z" });
    const wrong = await call(["opt-out", "import", "-"], { file: '{"number":"+1"}' });
    expect(wrong.code).toBe(1);
    expect(wrong.out.join()).toMatch(/line 1: number/);
    expect((await call(["opt-out", "import", "-"], { file: "number;since" })).code).toBe(2);
    for (const number of [ann, ben]) await ask(`opt-out remove ${number}`);
  });

  test("looks after services", async () => {
    const { id } = await ask("service add rides --name Rides --rules rules.json", {
      file: '{"quarantine":"14d"}',
    });
    expect(await tell("services")).toMatch(/rides +svc_\w+ +Rides +quarantine/);
    expect(await ask("service set rides --rules rules.json", { file: '{"sticky":false}' })).toMatchObject({
      ...{ id, name: "Rides", version: 2, rules: { sticky: false } },
    });
    expect(await tell(`service show ${id}`)).toMatch(/sticky: +false/);
    expect((await call(["service", "set", "rides"])).code).toBe(2);
    expect((await call(["service", "set", "rides", "--rules", "-"], { file: "[" })).code).toBe(2);
    expect(await tell("service remove rides")).toBe("rides is gone");
  });

  test("sees who did what", async () => {
    expect(await tell("audit --limit 5")).toMatch(/^POSITION /);
  });

  test("rotates keys, and hears which one is used still", async () => {
    const fresh = Buffer.alloc(32, 8).toString("base64");
    const keysOf = (...keys: readonly string[]) => ({
      environment: { DATABASE_URL: database.url, ENCRYPTION_KEYS: keys.join(",") },
    });
    const { newest: old } = await ask("keys show", keysOf(KEYS));
    expect(await tell("keys show", keysOf(KEYS))).toMatch(
      new RegExp(`key ${old} \\(the first of ENCRYPTION_KEYS\\): [1-9]\\d* values, [1-9]\\d* connections`),
    );
    // The API of this test seals with the old key, and has no other: nothing is done that it could not read.
    const early = await call(["keys", "rotate", "--json"], keysOf(fresh, KEYS));
    expect(early.code).toBe(1);
    expect(JSON.parse(early.out.at(-1)!)).toMatchObject({
      ...{ columns: [], retired: [] },
      stillSealing: { [old]: expect.any(Number) },
    });
    const done = await ask("keys rotate", keysOf(KEYS, fresh));
    expect(done).toMatchObject({ newest: old, stillSealing: {}, byKey: { [old]: expect.any(Number) } });
    expect(done.columns.length).toBeGreaterThan(10);
    const nowhere = await call(["keys", "rotate"], { environment: { ENCRYPTION_KEYS: KEYS } });
    expect(nowhere).toMatchObject({
      code: 2,
      err: [expect.stringContaining("DATABASE_URL is not set here")],
    });
    const stranger = await call(["keys", "show"], keysOf(fresh));
    expect(stranger).toMatchObject({ code: 2, out: [] });
    expect(stranger.err.join()).toContain(`sealed with a key that ENCRYPTION_KEYS lacks: ${old}`);
  });

  test("takes blocks back", async () => {
    const { participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    api.simulator.text(ann.number.slice(1), ben.virtualNumber.slice(1), "BLOCK");
    await eventually(async () => (await ask("blocks")).length === 1, "the block is there");
    const [block] = await ask("blocks");
    expect(await tell("blocks")).toContain(block.id);
    expect(await tell(`block remove ${block.id}`)).toContain("taken back");
    expect(await tell("blocks")).toBe("None");
  });

  test("looks after webhooks", async () => {
    const client = createClient({ baseUrl: api.url, apiKey: ADMIN });
    const body = { url: "https://app.example.com/hooks", events: ["link.*"] };
    const { id } = await client.webhookEndpoints.add(body);
    expect(await tell("webhooks list")).toContain("https://app.example.com/hooks");
    expect(await ask(`webhooks pause ${id}`)).toMatchObject([{ id, state: "paused" }]);
    expect(await ask(`webhooks resume ${id}`)).toMatchObject([{ id, state: "active" }]);
    expect(await ask(`webhooks replay ${id} ${new Date().toISOString()}`)).toMatchObject([{ id }]);
    // Nobody is there.
    expect((await call(["webhooks", "test", id])).code).toBe(1);
    expect((await call(["webhooks", "deliveries", id])).code).toBe(0);
    await client.webhookEndpoints.remove(id);
  });

  test("sends many texts, and stops them", async () => {
    const { id: conversation, participants } = await opened(api, { intro: false });
    const line = { conversation, to: participants[0].id, text: "Closed on Monday" };
    const file = [line, line].map((each) => JSON.stringify(each)).join("\n");
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    expect(await tell("broadcast send lines.ndjson --dry-run", { file })).toMatch(/accepted: +2/);
    const { id } = await ask(`broadcast send lines.ndjson --start-at ${startAt}`, { file });
    expect(await tell(`broadcast show ${id}`)).toMatch(/waiting: +2/);
    expect(await ask(`broadcast pause ${id}`)).toMatchObject({ state: "paused" });
    await ask(`broadcast resume ${id}`);
    expect(await ask(`broadcast cancel ${id}`)).toMatchObject({ state: "cancelled" });
    expect(await call(["broadcast", "send", "x"], { file: "{" })).toMatchObject({
      code: 2,
      err: ["Line 1 is no JSON"],
    });
  });

  test("sees at a glance how it is, and looks for what is wrong", async () => {
    expect(await tell("status")).toMatch(/api: +ready\nlinks: +1 up/);
    const findings = await ask("doctor", {
      environment: { DATABASE_URL: database.url, ENCRYPTION_KEYS: KEYS },
    });
    const states = new Map(findings.map((each: Record<string, string>) => [each.check, each.state]));
    for (const check of [
      "api",
      "readiness",
      "settings",
      "database",
      "schema",
      "clock",
      "keys",
      "tables for events",
    ])
      expect([check, states.get(check)]).toEqual([check, "ok"]);
    const wrong = await call(["doctor", "--json"], {
      environment: { DATABASE_URL: "postgres://127.0.0.1:1/none", SMS_PROXY_URL: "http://127.0.0.1:1" },
    });
    expect(wrong.code).toBe(1);
    const bad = JSON.parse(wrong.out[0]!).filter(({ state }: { state: string }) => state === "bad");
    expect(bad.map(({ check }: { check: string }) => check)).toEqual(
      expect.arrayContaining(["api", "database"]),
    );
  });

  test("looks after what is kept of people", async () => {
    const { id } = await opened(api, { reference: "order-of-a-court" });
    const hold = await ask(`hold ${id} --until 2099-01-01T00:00:00Z --reason court`);
    expect(await tell("holds")).toContain(hold.id);
    expect(await tell(`hold release ${hold.id}`)).toContain("holds no longer");
    expect((await call(["hold", id])).code).toBe(2);
    expect(await ask("export +447700900999")).toMatchObject({ texts: [] });
    const erasure = await ask("erase +447700900999");
    expect(erasure).toMatchObject({ state: "completed" });
    expect(await tell(`erasure ${erasure.id}`)).toContain("completed");
    expect(await tell(`audit --subject ${erasure.id}`)).toContain("erasure.complete");
  });

  test("has a test of every command", () => {
    expect(COMMANDS.map(({ words }) => words).filter((words) => !said.has(words))).toEqual([]);
  });
});

describe("a call ends", () => {
  test("with 1 when it is refused, and with 2 when it was not understood", async () => {
    expect(await call(["link", "pause", "smpp-9"])).toMatchObject({ code: 1, out: [] });
    const reader = await call(["link", "pause", "http"], { environment: { SMS_PROXY_KEY: READER } });
    expect(reader.code).toBe(1);
    const invalid = await call(["link", "set", "http", "window=0"]);
    expect(invalid.code).toBe(1);
    expect(invalid.err.join()).toContain("window must be at least 1");
    for (const words of [["nonsense"], ["link", "set", "http", "width=3"], ["links", "--url", "nowhere"]])
      expect((await call(words)).code).toBe(2);
  });

  test("as the program does, by its name", async () => {
    const program = fileURLToPath(new URL("../../../apps/ops/sms-proxy.cjs", import.meta.url));
    const env = { PATH: process.env.PATH, SMS_PROXY_URL: api.url, SMS_PROXY_KEY: READER };
    const { stdout } = await promisify(execFile)(process.execPath, [program, "links", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject([{ name: "http" }]);
    const refused = promisify(execFile)(process.execPath, [program, "link"], { env });
    await expect(refused).rejects.toMatchObject({ code: 2 });
  });
});

import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Asking, ask, type Reply } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type RunningChild, startChild } from "./running-child.ts";

const PROGRAM = "apps/sandbox/main.ts";
const FREE_PORTS = { PORT: "0", SIMULATOR_PORT: "0", SIMULATOR_SMPP_PORT: "0" };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sms-proxy-sandbox-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outside {
  readonly child: RunningChild;
  readonly key: string;
  api(method: string, path: string, asking?: Asking): Promise<Reply>;
  text(from: string, to: string, text: string): Promise<void>;
  inbox(number: string): Promise<readonly { readonly from: string; readonly text: string }[]>;
}

/** A sandbox as somebody meets it who has nothing but its terminal and curl. */
const startSandbox = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<Outside> => {
  const child = startChild(PROGRAM, { ...FREE_PORTS, DATA_DIR: join(folder, name), ...env });
  const [, key = ""] = await child.line(/^KEY=(\S+)$/m);
  const [, api] = await child.line(/API +(http:\S+)/);
  const [, carrier] = await child.line(/Carrier +(http:\S+)/);
  await child.line(/Ctrl-C/);
  return {
    child,
    key,
    api: (method, path, asking = {}) => ask(`${api}${path}`, method, { key, ...asking }),
    text: async (from, to, text) => {
      const url = `${carrier}/handsets/${from}/messages`;
      expect((await ask(url, "POST", { key: null, body: { to, text } })).status).toBe(202);
    },
    inbox: async (number) => (await ask(`${carrier}/handsets/${number}/messages`, "GET", { key: null })).body,
  };
};

const ANN = "+447700900201";
const BEN = "+447700900202";

test("two people talk through rented numbers and never see each other's own; after the close nobody gets anything", async () => {
  const { child, api, text, inbox } = await startSandbox("story");
  const rented = await api("POST", "/v1/numbers/rent", { body: { country: "GB", count: 2 } });
  expect(rented).toMatchObject({ status: 201, body: { items: [{ country: "GB" }, { country: "GB" }] } });
  const body = {
    participants: [
      { number: ANN, name: "Ann" },
      { number: BEN, name: "Ben" },
    ],
  };
  const opened = await api("POST", "/v1/conversations", { body });
  expect(opened.status).toBe(201);
  const [ann, ben] = opened.body.participants;
  const got = (number: string, count: number) =>
    eventually(async () => {
      const shown = await inbox(number);
      return shown.length >= count && shown;
    }, `${number} has ${count} messages`);

  expect(await got(ANN, 1)).toMatchObject([
    { from: ben.virtualNumber, text: "Reply to this SMS to talk to Ben" },
  ]);
  expect(await got(BEN, 1)).toMatchObject([
    { from: ann.virtualNumber, text: "Reply to this SMS to talk to Ann" },
  ]);
  await text(ANN, ben.virtualNumber, "Hello Ben");
  expect((await got(BEN, 2))[1]).toMatchObject({ from: ann.virtualNumber, text: "Hello Ben" });
  await text(BEN, ann.virtualNumber, "Hello Ann");
  expect((await got(ANN, 2))[1]).toMatchObject({ from: ben.virtualNumber, text: "Hello Ann" });

  await api("POST", `/v1/conversations/${opened.body.id}/close`);
  await text(ANN, ben.virtualNumber, "Still there?");
  const messages = `/v1/conversations/${opened.body.id}/messages`;
  const last = await eventually(async () => {
    const { items } = (await api("GET", messages)).body;
    return items.length === 5 && items[4];
  }, "the late text is recorded");
  expect(last).toMatchObject({ state: "unroutable", text: "Still there?" });
  expect(await inbox(BEN)).toHaveLength(2);
  expect(await child.end("SIGINT")).toBe(0);
});

test("a sandbox keeps its key, numbers and conversations over kill -9", async () => {
  const first = await startSandbox("kept");
  const body = { participants: [{ number: ANN }, { number: BEN }], reference: "kept" };
  expect((await first.api("POST", "/v1/conversations", { body })).status).toBe(201);
  const numbers = (await first.api("GET", "/v1/numbers")).body.items.map(
    ({ number }: { number: string }) => number,
  );
  expect(numbers).toHaveLength(10);
  expect(await first.child.end("SIGKILL")).toBe("SIGKILL");
  const second = await startSandbox("kept");
  expect(second.key).toBe(first.key);
  const again = (await second.api("GET", "/v1/numbers")).body.items.map(
    ({ number }: { number: string }) => number,
  );
  expect(again).toEqual(numbers);
  const [conversation] = (await second.api("GET", "/v1/conversations?reference=kept")).body.items;
  await second.text(ANN, conversation.participants[1].virtualNumber, "Are you there?");
  await eventually(
    async () => (await second.inbox(BEN)).some(({ text }) => text === "Are you there?"),
    "a thread from before goes on",
  );
  expect(await second.child.end("SIGTERM")).toBe(0);
});

test("two sandboxes run side by side, each with its own key", async () => {
  const [one, other] = await Promise.all([startSandbox("one"), startSandbox("other")]);
  expect((await one.api("GET", "/v1/numbers")).status).toBe(200);
  expect((await other.api("GET", "/v1/numbers", { key: one.key })).status).toBe(401);
  expect(await Promise.all([one.child.end("SIGINT"), other.child.end("SIGINT")])).toEqual([0, 0]);
  const secrets = await stat(join(folder, "one", "sandbox-secrets.json"));
  expect(secrets.mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, "one", "sandbox.log"), "utf8")).not.toContain(one.key);
});

test.each<[string, () => Promise<Readonly<Record<string, string>>>, RegExp]>([
  [
    "a port that is taken",
    async () => ({ PORT: String(await takenPort()) }),
    /^Cannot listen on 127\.0\.0\.1:\d+: the port is taken; set PORT to another, such as PORT=\d+$/,
  ],
  [
    "the data of another PostgreSQL",
    otherVersion,
    /^Cannot start the embedded PostgreSQL: \S+ was made by PostgreSQL 13, and this is PostgreSQL 18; .+$/,
  ],
  [
    "a data folder that is a file",
    async () => ({ DATA_DIR: await aFile() }),
    /^Cannot use the data folder \S+: it is not a folder; set DATA_DIR to another folder$/,
  ],
  [
    "a data folder that cannot be made",
    async () => ({ DATA_DIR: "/proc/sms-proxy" }),
    /^Cannot use the data folder \/proc\/sms-proxy: .+; set DATA_DIR to another folder$/,
  ],
  [
    "a malformed setting",
    async () => ({ PORT: "http" }),
    /^PORT must be a whole number from 0 to 65535; for example PORT=3000$/,
  ],
])("%s is one clear line", async (_, env, line) => {
  const child = startChild(PROGRAM, { ...FREE_PORTS, DATA_DIR: join(folder, "broken"), ...(await env()) });
  expect(await child.ended()).toBe(1);
  const lines = child
    .output()
    .split("\n")
    .filter((each) => each !== "" && !each.startsWith("Starting "));
  expect(lines).toEqual([expect.stringMatching(line)]);
});

const takenPort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  server.unref();
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};

async function otherVersion(): Promise<Readonly<Record<string, string>>> {
  const dataDir = join(folder, "old");
  await mkdir(join(dataDir, "postgres"), { recursive: true });
  await writeFile(join(dataDir, "postgres", "PG_VERSION"), "13\n");
  return { DATA_DIR: dataDir };
}

const aFile = async (): Promise<string> => {
  const file = join(folder, "file");
  await writeFile(file, "");
  return file;
};

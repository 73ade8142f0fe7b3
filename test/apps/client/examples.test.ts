import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Client, createClient } from "#apps/client/client.ts";
import { somebody } from "#test/apps/api/participants.ts";
import { ADMIN, type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const SECRET = `whsec_${Buffer.from("a secret of 24 octets ok").toString("base64")}`;

let api: RunningApi;
let client: Client;
/** The examples beside the package as npm would install it. */
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sms-proxy-examples-"));
  const installed = join(folder, "node_modules/@sms-proxy/client");
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "apps/client/package.json"), join(installed, "package.json"));
  execFileSync(process.execPath, [
    tsc,
    ...["-p", join(root, "apps/client/tsconfig.build.json"), "--outDir", join(installed, "dist")],
  ]);
  cpSync(join(root, "docs/examples"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  api = await startApi({ settings: { webhookNetworks: ["127.0.0.0/8"] } });
  client = createClient({ baseUrl: api.url, apiKey: ADMIN });
  await client.numbers.rent({ country: "GB", count: 4 });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.stop();
});

interface Running {
  readonly child: ChildProcess;
  output(): string;
}

const run = (command: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
  const [program = "", ...words] = command;
  const child = spawn(program, words, {
    cwd: folder,
    detached: true,
    env: { ...process.env, SMS_PROXY_URL: api.url, SMS_PROXY_KEY: ADMIN, WEBHOOK_SECRET: SECRET, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  // The shell has children of its own.
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid)
      process.kill(-child.pid, "SIGKILL");
  });
  return { child, output: () => output };
};

const outputOf = async (
  command: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> => {
  const { child, output } = run(command, env);
  await once(child, "close");
  expect(child.exitCode, output()).toBe(0);
  return output();
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

/** A webhook of which nothing is wrong, and the same with another body. */
const webhooks = () => {
  const body = JSON.stringify({
    type: "link.up",
    timestamp: new Date().toISOString(),
    data: { name: "Åsa" },
  });
  const at = new Date();
  const headers = {
    "webhook-id": "evt_7",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": `v1,AAAA ${new Webhook(SECRET).sign("evt_7", at, body)}`,
  };
  const old = new Date(at.getTime() - 600_000);
  return {
    right: { headers, body },
    wrong: { headers, body: body.replace("up", "down") },
    old: {
      headers: {
        "webhook-id": "evt_7",
        "webhook-timestamp": String(Math.floor(old.getTime() / 1_000)),
        "webhook-signature": new Webhook(SECRET).sign("evt_7", old, body),
      },
      body,
    },
  };
};

type Sent = ReturnType<typeof webhooks>["right"];

/** Answers the status with which a program takes a webhook, and what it has written since. */
type Deliver = (sent: Sent) => Promise<number>;

const overHttp =
  (port: number): Deliver =>
  async ({ headers, body }) =>
    (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body })).status;

interface Example {
  readonly language: string;
  /** Answers when it is on this machine. */
  readonly probe: readonly string[];
  readonly command: readonly string[];
  /** Absent: the command itself, with `webhook`. */
  readonly receiver?: (port: number) => readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    language: "curl",
    probe: ["bash", "-c", "command -v curl jq openssl"],
    command: ["bash", "curl/sms-proxy.sh"],
  },
  {
    language: "TypeScript",
    probe: [process.execPath, "--version"],
    command: [process.execPath, "--disable-warning=ExperimentalWarning", "typescript/sms-proxy.ts"],
  },
  { language: "Python", probe: ["python3", "--version"], command: ["python3", "python/sms_proxy.py"] },
  { language: "Go", probe: ["go", "version"], command: ["go", "run", "go/main.go"] },
  {
    language: "PHP",
    probe: ["php", "--version"],
    command: ["php", "php/sms-proxy.php"],
    receiver: (port) => ["php", "-S", `127.0.0.1:${port}`, "php/sms-proxy.php"],
  },
];

/** As a web server runs a CGI program (RFC 3875). */
const asCgi =
  (command: readonly string[], written: string[]): Deliver =>
  async ({ headers, body }) => {
    const env = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        `HTTP_${name.toUpperCase().replaceAll("-", "_")}`,
        value,
      ]),
    );
    const { child, output } = run([...command, "webhook"], env);
    child.stdin?.end(body);
    await once(child, "close");
    written.push(output());
    return Number(/^Status: (\d+)/.exec(output())?.[1]);
  };

const receiving = async ({ language, command, receiver }: Example) => {
  if (language === "curl") {
    const written: string[] = [];
    return { deliver: asCgi(command, written), output: () => written.join("") };
  }
  const port = await freePort();
  const { output } = run(receiver?.(port) ?? [...command, "webhook"], { PORT: String(port) });
  await eventually(() => /listening|started/.test(output()), `${language} listens`, 20_000);
  return { deliver: overHttp(port), output };
};

describe.each(EXAMPLES)("the example in $language", (example) => {
  const [program = "", ...words] = example.probe;
  // Whoever has the language runs it.
  const onMachine = test.skipIf(spawnSync(program, words).status !== 0);

  onMachine("opens a conversation, and follows the feed from its first event on", async () => {
    const [ann, ben] = [somebody(), somebody()];
    const [id = "", ...lines] = (await outputOf([...example.command, "open", ann, ben])).trim().split("\n");
    const { participants } = await client.conversations.get(id);
    expect(lines).toEqual(participants.map(({ number, virtualNumber }) => `${number} ${virtualNumber}`));

    const { output } = run([...example.command, "follow", "first"]);
    await eventually(() => output().includes(`conversation.opened ${id} `), `${id} is told`, 20_000);
    await client.conversations.close(id);
    await eventually(() => output().includes(`conversation.closed ${id} `), `the end of ${id} is told`);
  });

  onMachine("takes a webhook that is signed, and refuses one that is changed or old", async () => {
    const { deliver, output } = await receiving(example);
    const { right, wrong, old } = webhooks();
    expect(await deliver(wrong)).toBe(400);
    expect(await deliver(old)).toBe(400);
    expect(await deliver(right)).toBe(204);
    await eventually(() => output().includes("evt_7 link.up"), "the webhook is told");
    expect(output()).not.toContain("link.down");
  });
});

test("a hook rewrites, blocks and joins strangers with a help desk, and where it is gone its service fails closed or open, as it has chosen", async () => {
  const port = await freePort();
  const desk = somebody();
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", "typescript/hook.ts"];
  const { child, output } = run(command, { PORT: String(port), HOOK_SECRET: SECRET, HELP_DESK: desk });
  await eventually(() => output().includes("listening"), "the hook listens", 20_000);
  const url = `http://127.0.0.1:${port}/`;
  const follow = (onSilence: "relay" | "block") =>
    client.services.patch("default", {
      rules: {
        beforeRelay: { url, secret: SECRET, timeout: "10s", onSilence },
        outOfSession: { url, secret: SECRET },
      },
    });
  await follow("block");
  const [ann, ben] = [somebody(), somebody()];
  const { id, participants } = await client.conversations.open({
    participants: [{ number: ann }, { number: ben }],
    intro: false,
  });
  const handset = (number: string) => `${api.simulator.httpUrl}/handsets/${number.slice(1)}/messages`;
  const say = (text: string, by = ann) =>
    fetch(handset(by), {
      ...{ method: "POST", headers: { "Content-Type": "application/json" } },
      body: JSON.stringify({ to: participants[1]!.virtualNumber, text }),
    });
  const got = async (by = ben): Promise<readonly string[]> => {
    const messages = (await (await fetch(handset(by))).json()) as readonly { readonly text: string }[];
    return messages.map(({ text }) => text);
  };
  const ends = async (): Promise<readonly (string | null)[]> => {
    const codes: (string | null)[] = [];
    for await (const { failure } of client.conversations.messages(id)) codes.push(failure?.code ?? null);
    return codes;
  };
  await say("hello, you idiot");
  await say("PayPal me first");
  await eventually(async () => (await ends()).length === 2, "both are decided on");
  expect(await ends()).toEqual([null, "hook:payment"]);
  await eventually(async () => (await got()).length === 1, "one has come");
  expect(await got()).toEqual(["hello, you ***"]);
  expect(output()).toMatch(/ask_\w+ hook\.before-relay rewrite/);

  // To somebody else this number stands for nobody.
  await say("is anybody there?", somebody());
  await eventually(async () => (await got(desk)).length === 1, "the help desk is reached");
  expect(await got(desk)).toEqual(["is anybody there?"]);

  child.kill("SIGKILL");
  await once(child, "close");
  await say("anybody?");
  await eventually(async () => (await ends()).length === 3, "it fails closed");
  expect((await ends())[2]).toBe("hook:no-answer");
  await follow("relay");
  await say("you idiot");
  await eventually(async () => (await got()).length === 2, "it fails open");
  expect(await got()).toEqual(["hello, you ***", "you idiot"]);
  await client.services.patch("default", { rules: {} });
});

test("the market of riders and drivers has its evening", async () => {
  const output = await outputOf(
    [process.execPath, "--disable-warning=ExperimentalWarning", "marketplace/marketplace.ts"],
    {
      CARRIER_URL: api.simulator.httpUrl,
    },
  );
  expect(output).toMatch(/Ria's phone: \+\d+: Flat tyre/);
  expect(output).toMatch(/Ria's phone: \+\d+: Red car/);
  expect(output).not.toMatch(/: \+4477009003/);
  expect(output).toContain("Texts that came: 3");
});

test("the examples in TypeScript are free of errors against the package as it is published", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      tsc,
      ...["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"],
      ...["--types", "node", "--typeRoots", join(root, "node_modules/@types")],
      ...["typescript/sms-proxy.ts", "typescript/hook.ts", "marketplace/marketplace.ts"],
    ],
    { cwd: folder, encoding: "utf8" },
  );
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

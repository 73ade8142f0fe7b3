import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  simulator = await startSimulator({
    limits: noLimits,
    rented: [{ country: "GB", msisdn: NUMBER }],
    ...options,
  });
  return simulator;
};
const folders: string[] = [];
const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), "simulator-"));
  folders.push(made);
  return made;
};
afterEach(async () => {
  await simulator.stop();
  for (const made of folders.splice(0)) await rm(made, { recursive: true });
});

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${simulator.httpUrl}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
const asCustomer = (path: string, params: Record<string, string>, method = "POST") => {
  const { apiKey, apiSecret } = simulator.account;
  const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString("base64")}`;
  const query = new URLSearchParams(params);
  return method === "GET"
    ? fetch(`${simulator.httpUrl}${path}?${query}`, { headers: { authorization } })
    : fetch(`${simulator.httpUrl}${path}`, { method, body: query, headers: { authorization } });
};
const send = (text: string) => asCustomer("/sms/json", { from: NUMBER, to: HANDSET, text, type: "unicode" });

describe("a handset", () => {
  it("is known by its number with or without a plus, and shows what it got, oldest first", async () => {
    await start();
    for (const text of ["one", "two", "three"]) await send(text);
    const all = (await (await call("GET", `/handsets/+${HANDSET}/messages`)).json()) as { id: string }[];
    expect(all).toMatchObject([{ text: "one" }, { text: "two" }, { text: "three" }]);
    expect(all[0]).toEqual({
      id: expect.stringMatching(/^hs_\d{12}$/),
      from: `+${NUMBER}`,
      text: "one",
      parts: 1,
      link: "http",
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    const rest = await (await call("GET", `/handsets/${HANDSET}/messages?after=${all[0]!.id}`)).json();
    expect(rest).toEqual(all.slice(1));
    expect(await (await call("GET", "/handsets/447700900099/messages")).json()).toEqual([]);
  });

  it("texts a rented number, and hears of every text that cannot be", async () => {
    await start();
    const path = `/handsets/%2B${HANDSET}/messages`;
    const sent = await call("POST", path, { to: `+44 7418 300-000`, text: "hello" });
    expect(sent.status).toBe(202);
    expect(await sent.json()).toEqual({ id: expect.stringMatching(/^hs_\d{12}$/) });
    const refusals: [number, string, unknown][] = [
      [404, path, { to: "+447700900002", text: "to a stranger" }],
      [409, `/handsets/${NUMBER}/messages`, { to: NUMBER, text: "from a rented number" }],
      [422, path, { to: NUMBER }],
      [422, path, { to: NUMBER, text: "" }],
      [422, path, { to: NUMBER, text: "x".repeat(3_201) }],
      [422, path, { to: "nobody", text: "x" }],
      [422, path, { to: NUMBER, text: "x", from: NUMBER }],
      [400, path, "{"],
      [413, path, "x".repeat(300_000)],
      [422, "/handsets/12/messages", { to: NUMBER, text: "x" }],
      [404, `/handsets/${HANDSET}`, { to: NUMBER, text: "x" }],
    ];
    for (const [status, where, body] of refusals) {
      const answer = await call("POST", where, body);
      expect([answer.status, where, body]).toEqual([status, where, body]);
      expect(await answer.json()).toMatchObject({
        status,
        title: expect.any(String),
        detail: expect.any(String),
      });
    }
    expect((await call("GET", `/handsets/${HANDSET}/messages?after=yesterday`)).status).toBe(400);
    expect(simulator.stats().handsets.sent).toBe(1);
  });

  it("tells its messages live, from where a listener left off", async () => {
    await start();
    await send("before");
    const [first] = simulator.inbox(HANDSET);
    await send("missed");
    const controller = new AbortController();
    const answer = await fetch(`${simulator.httpUrl}/handsets/${HANDSET}/events`, {
      headers: { "last-event-id": first!.id, origin: "http://127.0.0.1:3000" },
      signal: controller.signal,
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(answer.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:3000");
    await send("live");
    let heard = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) {
      heard += decoder.decode(chunk, { stream: true });
      if (heard.includes("live")) break;
    }
    controller.abort();
    const events = heard.split("\n\n").filter((event) => event.startsWith("id: "));
    const texts = events.map((event) => JSON.parse(/^data: (.*)$/m.exec(event)![1]!).text);
    expect(texts).toEqual(["missed", "live"]);
    expect(events[0]).toMatch(/^id: hs_\d{12}\nevent: message\ndata: /);
  });
});

interface Page {
  readonly count?: number;
  readonly numbers?: readonly { readonly msisdn: string }[];
}

describe("the market", () => {
  it("has more than a hundred numbers for texts in Britain and in America, the same in every run", async () => {
    await start();
    for (const country of ["GB", "US"]) {
      const pages = [];
      for (const index of ["1", "2"]) {
        const params = { country, features: "SMS", size: "100", index };
        const page = (await (await asCustomer("/number/search", params, "GET")).json()) as Page;
        expect(page.count).toBeGreaterThan(200);
        pages.push(...page.numbers!.map(({ msisdn }) => msisdn));
      }
      expect(new Set(pages).size).toBe(200);
    }
  });

  it("finds by the start, the middle and the end of a number, and nothing in either of two ways", async () => {
    await start();
    const search = async (params: Record<string, string>) =>
      (await asCustomer("/number/search", { country: "US", ...params }, "GET")).json() as Promise<Page>;
    for (const [where, matches] of [
      ["0", /^1415/],
      ["1", /1415/],
      ["2", /1415$/],
    ] as const) {
      const { numbers = [] } = await search({ pattern: "1415", search_pattern: where });
      for (const { msisdn } of numbers) expect(msisdn).toMatch(matches);
    }
    expect(await search({ pattern: "999999999" })).toEqual({});
    await simulator.stop();
    await start({ nothingFound: "zero-count" });
    expect(await search({ pattern: "999999999" })).toEqual({ count: 0, numbers: [] });
  });

  it("answers 420 to whatever cannot be done", async () => {
    await start();
    const attempts: [string, Record<string, string>][] = [
      ["/number/buy", { country: "GB", msisdn: "447700900001" }],
      ["/number/buy", { country: "US", msisdn: "447418300001" }],
      ["/number/buy", { country: "GB" }],
      ["/number/cancel", { country: "GB", msisdn: "447418300001" }],
      ["/number/update", { country: "GB", msisdn: "447418300001", moSmppSysType: "x" }],
      ["/number/update", { country: "GB", msisdn: NUMBER, moHttpUrl: "ftp://127.0.0.1/x" }],
    ];
    for (const [path, params] of attempts) {
      const answer = await asCustomer(path, params);
      expect([answer.status, path, params]).toEqual([420, path, params]);
    }
  });

  it("answers 429 above three calls a second, and above one list a second", async () => {
    await start({ limits: { ...noLimits, numbers: 3, ownedNumbers: 1 } });
    const list = () => asCustomer("/account/numbers", {}, "GET").then(({ status }) => status);
    const search = () => asCustomer("/number/search", { country: "GB" }, "GET").then(({ status }) => status);
    expect([await list(), await list(), await search(), await search()]).toEqual([200, 429, 200, 429]);
  });

  it("takes a setting away when it is set to nothing", async () => {
    await start();
    const update = (params: Record<string, string>) =>
      asCustomer("/number/update", { country: "GB", msisdn: NUMBER, ...params });
    await update({ moSmppSysType: "inbound" });
    await update({ app_id: "an-app" });
    expect(simulator.ownedNumbers()[0]!.settings).toEqual({ moSmppSysType: "inbound", appId: "an-app" });
    await update({ moSmppSysType: "" });
    expect(simulator.ownedNumbers()[0]!.settings).toEqual({ appId: "an-app" });
  });

  it("remembers rented numbers and their settings over a restart", async () => {
    const stateFile = join(await folder(), "nested", "state.json");
    await start({ rented: [], stateFile });
    const wanted = Array.from({ length: 20 }, (_, index) => String(447418300100 + index));
    const bought = await Promise.all(
      wanted.map((msisdn) => asCustomer("/number/buy", { country: "GB", msisdn })),
    );
    expect(bought.every(({ status }) => status === 200)).toBe(true);
    const settings = { country: "GB", msisdn: wanted[0]!, moSmppSysType: "inbound" };
    await asCustomer("/number/update", settings);
    const onDisk = JSON.parse(await readFile(stateFile, "utf8")) as { rented: unknown[] };
    expect(onDisk.rented).toHaveLength(20);
    const before = simulator.ownedNumbers();
    await simulator.stop();
    await start({ rented: [], stateFile });
    expect(simulator.ownedNumbers()).toEqual(before);
    const again = await asCustomer("/number/buy", { country: "GB", msisdn: wanted[0]! });
    expect(again.status).toBe(420);
  });

  it("does not start from a state file that is none", async () => {
    await start();
    const stateFile = join(await folder(), "state.json");
    await writeFile(stateFile, "{");
    await expect(startSimulator({ stateFile })).rejects.toThrow(/is not a state file/);
  });
});

const shownStats = async () => (await (await call("GET", "/stats")).json()) as ReturnType<Simulator["stats"]>;

describe("the account", () => {
  it("has webhook addresses that can be set over HTTP", async () => {
    await start();
    const moCallBackUrl = "http://127.0.0.1:9/inbound";
    const answer = await asCustomer("/account/settings", { moCallBackUrl });
    expect(await answer.json()).toMatchObject({ "mo-callback-url": moCallBackUrl, "dr-callback-url": "" });
    expect((await asCustomer("/account/settings", { drCallBackUrl: "nowhere" })).status).toBe(420);
  });

  it("is one of its own for every simulator, on a port of its own", async () => {
    await start();
    const other = await startSimulator({ account: { apiKey: "other123" } });
    expect(other.httpPort).not.toBe(simulator.httpPort);
    expect(other.smppPort).not.toBe(simulator.smppPort);
    expect(other.account.apiKey).toBe("other123");
    await other.stop();
    await expect(startSimulator({ httpPort: simulator.httpPort })).rejects.toThrow(/EADDRINUSE/);
  });

  it("counts what went over it, and can be counted anew", async () => {
    await start();
    await send("one");
    await send("one");
    await eventually(async () => {
      const stats = await shownStats();
      return stats.http.accepted === 2 && stats.duplicates === 1 && stats.handsets.received === 2;
    }, "the counters");
    await call("DELETE", "/stats");
    expect((await shownStats()).http).toMatchObject({ submits: 0, accepted: 0 });
  });
});

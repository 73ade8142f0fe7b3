import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import type { Simulator } from "#apps/simulator/simulator.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { loadOf } from "./load.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { ENCRYPTION_KEY, type RunningGateway, startGateway } from "./running-gateway.ts";

const RECONNECT = { reconnect: { firstMs: 100, mostMs: 200 } };

let database: TestDatabase;
let storage: PostgresStorage;
const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  storage = postgresStorage({ url: database.url, keyring: keyring([ENCRYPTION_KEY]), clock: systemClock });
  await register(storage, ourNumbers(4));
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

interface Fixture {
  readonly api: RunningApi;
  readonly simulator: Simulator;
  readonly sides: readonly [Side, Side, ...Side[]];
  gateway(change?: Partial<Settings>): Promise<RunningGateway>;
}

/** An API process, which takes the carrier's webhooks and may send by itself, and gateways beside it. */
const fixture = async (options: SimulatorOptions = {}, conversations = 1): Promise<Fixture> => {
  const retry = { firstMs: 50, factor: 1, maxMs: 100, attempts: 10_000, horizonMs: 600_000 };
  const api = await startApi({
    databaseUrl: database.url,
    simulator: { limits: noLimits, rented: ourNumbers(4), smpp: { retry }, ...options },
  });
  running.push(api.stop);
  const { simulator } = api;
  simulator.setWebhookUrls({
    inboundUrl: `${api.url}/webhooks/vonage/inbound`,
    statusUrl: `${api.url}/webhooks/vonage/status`,
  });
  const sides = (await openConversations(storage, conversations)) as [Side, Side];
  return {
    api,
    simulator,
    sides,
    gateway: async (change = {}) => {
      const settings = { publicUrl: api.url, ...change };
      const gateway = await startGateway(simulator, { databaseUrl: database.url }, settings, RECONNECT);
      running.push(gateway.stop);
      await eventually(() => simulator.stats().smpp.bound >= 2, "the binds are up");
      await eventually(gatewaysSend, "it is its turn to send", 20_000);
      return gateway;
    },
  };
};

/** Whether everything has been handed over to gateways. */
const gatewaysSend = async (): Promise<boolean> => {
  const client = new Client(database.url);
  await client.connect();
  const { rows } = await client.query(
    "select bool_and(d.kind = 'gateway' and not d.expired) as ours from partition_lease p left join dispatcher d on d.id = p.owner",
  );
  await client.end();
  return rows[0].ours;
};

const shownTo = ({ simulator }: Fixture, { person }: Side, text: string) =>
  eventually(() => simulator.inbox(person).find((shown) => shown.text === text), `"${text}" arrives`, 20_000);

describe("a text goes", () => {
  test("over HTTP when no gateway runs at all", async () => {
    const here = await fixture();
    const [ann, ben] = here.sides;
    here.simulator.text(ann.person, ann.textsTo, "Alone");
    expect(await shownTo(here, ben, "Alone")).toMatchObject({ link: "http", from: ann.shownAs });
  });

  test("over HTTP once while no bind is up, and over SMPP again when one is back", async () => {
    const here = await fixture();
    const [ann, ben] = here.sides;
    await here.gateway();
    here.simulator.text(ann.person, ann.textsTo, "Before");
    expect(await shownTo(here, ben, "Before")).toMatchObject({ link: "smpp" });
    here.simulator.setFaults({ smpp: { down: true } });
    await eventually(() => here.simulator.stats().smpp.bound === 0, "the binds are down");
    here.simulator.text(ann.person, ann.textsTo, "Between");
    expect(await shownTo(here, ben, "Between")).toMatchObject({ link: "http" });
    here.simulator.clearFaults();
    await eventually(() => here.simulator.stats().smpp.bound === 2, "the binds are back");
    here.simulator.text(ann.person, ann.textsTo, "After");
    expect(await shownTo(here, ben, "After")).toMatchObject({ link: "smpp" });
    expect(here.simulator.inbox(ben.person).map(({ text }) => text)).toEqual(["Before", "Between", "After"]);
  });

  test("over HTTP when it has waited too long for SMPP", async () => {
    const here = await fixture();
    const [ann, ben] = here.sides;
    await here.gateway({ fallbackAfterMs: 300, smppRate: 1 });
    const texts = ["One", "Two", "Three"];
    for (const text of texts) here.simulator.text(ann.person, ann.textsTo, text);
    for (const text of texts) await shownTo(here, ben, text);
    const links = here.simulator.inbox(ben.person).map(({ text, link }) => [text, link]);
    expect(links).toEqual([
      ["One", "smpp"],
      ["Two", "http"],
      ["Three", expect.any(String)],
    ]);
  });
});

test("the API shows the links of all living gateways, and their ends", async () => {
  const here = await fixture();
  const gateway = await here.gateway();
  const shown = async () => {
    const { body } = await here.api.ask("GET", "/v1/links");
    return body.items.map(
      ({ process, name, state }: Record<string, string>) => `${process!.split("-")[0]} ${name} ${state}`,
    );
  };
  const all = ["api http up", "gateway http up", "gateway smpp-1 up", "gateway smpp-2 up"];
  await eventually(async () => (await shown()).sort().join() === all.join(), "all links are shown");
  here.simulator.setFaults({ smpp: { down: true } });
  await eventually(async () => !(await shown()).includes("gateway smpp-1 up"), "the bind is shown as down");
  here.simulator.clearFaults();
  running.splice(running.indexOf(gateway.stop), 1);
  await gateway.stop();
  expect(await shown()).toEqual(["api http up"]);
});

describe("a link that an operator", () => {
  /** Says something of all links, and waits until they are shown as that. */
  const control = async ({ api }: Fixture, verb: "pause" | "resume", state: string) => {
    for (const name of ["smpp-1", "smpp-2", "http"])
      expect((await api.ask("POST", `/v1/links/${name}/${verb}`)).status).toBe(200);
    const shown = async () => (await api.ask("GET", "/v1/links")).body.items;
    await eventually(
      async () => (await shown()).every((link: Record<string, string>) => link.state === state),
      `all links are ${state}`,
    );
  };

  test("has paused sends nothing, also after a restart, until it is resumed; then all leave once", async () => {
    const here = await fixture({}, 4);
    const first = await here.gateway({ smppRate: 10_000 });
    await control(here, "pause", "paused");
    const load = loadOf(here.simulator, here.sides);
    load.send(20);
    await eventually(() => here.simulator.stats().smpp.bound === 2, "the binds stay");
    running.splice(running.indexOf(first.stop), 1);
    await first.stop();
    await here.gateway({ smppRate: 10_000 });
    await control(here, "pause", "paused");
    expect(here.simulator.stats().smpp.submits).toBe(0);
    expect(load.audit().lost).toBe(20);
    await control(here, "resume", "up");
    await eventually(() => load.audit().lost === 0, "every text arrives", 30_000);
    expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
  });

  test("restarts binds anew, and nothing is lost", async () => {
    const here = await fixture({}, 4);
    await here.gateway({ smppRate: 10_000 });
    const load = loadOf(here.simulator, here.sides);
    const binds = here.simulator.stats().smpp.binds;
    load.send(20);
    expect((await here.api.ask("POST", "/v1/links/smpp-1/restart")).status).toBe(200);
    await eventually(() => here.simulator.stats().smpp.binds > binds, "it binds anew");
    await eventually(() => load.audit().lost === 0, "every text arrives", 30_000);
    expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
  });
});

describe("what somebody types arrives as it was typed, in one piece", () => {
  const texts = {
    emoji: "See you 👩‍👩‍👧‍👦 at 🥐 o'clock 🇬🇧",
    euro: "It costs 5 € {or [so]} ~ 10 | 12 ^ \\",
    "curly quotes": "“Don’t,” she said – ‘never’ …",
    arabic: "مرحبا، أين أنت؟ أراك عند الساعة الخامسة",
    "a thousand characters": Array.from({ length: 100 }, (_, i) => `Words ${String(i).padStart(3)}.`)
      .join("")
      .slice(0, 1_000),
    "a thousand characters with emoji": "Là-bas 🥐 où ça? ".repeat(60).slice(0, 1_000).toWellFormed(),
  };

  test.each(["smpp", "http"] as const)("over %s, both ways", async (link) => {
    const here = await fixture();
    const [ann, ben] = here.sides;
    if (link === "smpp") await here.gateway();
    for (const text of Object.values(texts)) {
      here.simulator.text(ann.person, ann.textsTo, text);
      here.simulator.text(ben.person, ben.textsTo, text);
    }
    for (const side of [ann, ben]) {
      for (const text of Object.values(texts)) await shownTo(here, side, text);
      const shown = here.simulator.inbox(side.person);
      expect(shown.map(({ text }) => text)).toEqual(Object.values(texts));
      expect(new Set(shown.map((each) => each.link))).toEqual(new Set([link]));
    }
  });
});

describe("the account's rate", () => {
  test("is never exceeded in any second, over two binds", async () => {
    const here = await fixture({ limits: { ...noLimits, smpp: 30 } }, 10);
    await here.gateway({ smppRate: 30, fallbackAfterMs: 600_000 });
    const load = loadOf(here.simulator, here.sides);
    load.send(100);
    await eventually(() => load.audit().lost === 0, "every text arrives", 30_000);
    const { throttled, peakPerSecond, submits } = here.simulator.stats().smpp;
    expect({ throttled, submits }).toEqual({ throttled: 0, submits: 100 });
    expect(peakPerSecond).toBeLessThanOrEqual(30);
    // And it is used: a machine that stands still spreads them a little.
    expect(peakPerSecond).toBeGreaterThanOrEqual(20);
  });

  test("is found again when the carrier no longer throttles", async () => {
    const here = await fixture({}, 10);
    await here.gateway({ smppRate: 10_000, fallbackAfterMs: 600_000 });
    const load = loadOf(here.simulator, here.sides);
    const throttledTo = 100;
    here.simulator.setFaults({ tps: throttledTo });
    load.send(600);
    await eventually(() => here.simulator.stats().smpp.throttled > 0, "the carrier throttles");
    await eventually(() => load.audit().lost < 400, "some get through", 30_000);
    const left = load.audit().lost;
    here.simulator.clearFaults();
    const startedAt = performance.now();
    await eventually(() => load.audit().lost === 0, "every text arrives", 30_000);
    // How soon, the tests of the pace say, in a time of their own; here it is faster by far than the throttled pace.
    expect(performance.now() - startedAt).toBeLessThan((left / throttledTo) * 500);
    expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
  });
});

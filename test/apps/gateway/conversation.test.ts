import { afterEach, expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import { systemClock } from "#adapters/node/clock.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { type RunningGateway, startGateway } from "./running-gateway.ts";

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

interface Fixture {
  readonly simulator: Simulator;
  readonly gateway: RunningGateway;
  readonly sides: readonly Side[];
}

const fixture = async (change: Partial<Settings> = {}): Promise<Fixture> => {
  const rented = ourNumbers(2);
  const simulator = await startSimulator({ limits: noLimits, rented });
  running.push(simulator.stop);
  const tables = emptyTables();
  const storage = memoryStorage({ clock: systemClock, tables });
  await register(storage, rented);
  const gateway = await startGateway(simulator, { tables }, change);
  running.push(gateway.stop);
  await eventually(() => simulator.stats().smpp.binds >= 2, "both binds are up");
  return { simulator, gateway, sides: await openConversations(storage, 1) };
};

const lastOn = ({ simulator }: Fixture, handset: string) =>
  eventually(() => simulator.inbox(handset).at(-1), "a text arrives");

test("a text that comes over SMPP goes on over SMPP, from the number that stands for its sender", async () => {
  const here = await fixture();
  const [ann, ben] = here.sides as [Side, Side];
  here.simulator.text(ann.person, ann.textsTo, "Hello Ben");
  expect(await lastOn(here, ben.person)).toMatchObject({
    from: ann.shownAs,
    text: "Hello Ben",
    link: "smpp",
  });
  here.simulator.text(ben.person, ben.textsTo, "Hello Ann");
  expect(await lastOn(here, ann.person)).toMatchObject({ from: ben.shownAs, text: "Hello Ann" });
});

test("the gateway says that it lives, when it is ready, and what it counts", async () => {
  const here = await fixture();
  const { gateway, simulator } = here;
  const [ann, ben] = here.sides as [Side, Side];
  simulator.text(ann.person, ann.textsTo, "Hello Ben");
  await lastOn(here, ben.person);
  const statusOf = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;
  expect(await statusOf("/healthz")).toBe(200);
  expect(await statusOf("/readyz")).toBe(200);
  expect(await statusOf("/elsewhere")).toBe(404);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(
    /^sms_proxy_link_up\{link="smpp-2",direction="transceiver",process="gateway-[0-9a-f]{8}"\} 1$/m,
  );
  expect(metrics).toMatch(/^# TYPE sms_proxy_segments_sent_total counter$/m);
  expect(metrics).toMatch(
    /^sms_proxy_decisions_total\{outcome="unroutable",process="gateway-[0-9a-f]{8}"\} \d+$/m,
  );
  expect(metrics).toMatch(/^sms_proxy_submit_answer_seconds_count\{[^}]*link="smpp-\d"[^}]*\} [1-9]/m);
  simulator.setFaults({ smpp: { down: true } });
  await eventually(
    async () => /link_up\{link="smpp-2",[^}]*\} 0/.test(await (await fetch(`${gateway.url}/metrics`)).text()),
    "the metrics show that the bind is down",
  );
});

test("a pair without its receiver is degraded, and says why: by the carrier's name for it, for each bind", async () => {
  const simulator = await startSimulator({ limits: { ...noLimits, binds: 1 }, rented: ourNumbers(2) });
  running.push(simulator.stop);
  const tables = emptyTables();
  const { linkReports } = memoryStorage({ clock: systemClock, tables });
  const address = { host: "127.0.0.1", port: simulator.smppPort, tls: false };
  const gateway = await startGateway(simulator, { tables }, { smppBind: "pair", smppUrls: [address] });
  running.push(gateway.stop);
  const links = await eventually(async () => {
    const reports = await linkReports.all();
    const shown = reports.flatMap((report) => report.links).filter(({ kind }) => kind === "smpp");
    return shown.some(({ state }) => state === "degraded") && shown.some(({ state }) => state === "down")
      ? shown
      : null;
  }, "the receiver is refused");
  expect(links.find(({ direction }) => direction === "transmitter")).toMatchObject({
    name: "smpp-1",
    state: "degraded",
    reason: { name: "ESME_RALYBND" },
  });
  const receiver = links.find(({ direction }) => direction === "receiver");
  expect(receiver).toMatchObject({ name: "smpp-1-in", state: "down", reason: { code: "smpp-0x05" } });
  expect(receiver?.nextAttemptAt).toBeGreaterThan(systemClock.now());
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
    /^sms_proxy_link_degraded\{link="smpp-1",direction="transmitter",[^}]*\} 1$/m,
  );
});

test("a pair of binds sends over the one and receives over the other", async () => {
  const here = await fixture({ smppBind: "pair" });
  const [ann, ben] = here.sides as [Side, Side];
  here.simulator.text(ann.person, ann.textsTo, "Hello Ben");
  expect(await lastOn(here, ben.person)).toMatchObject({ text: "Hello Ben", link: "smpp" });
  await eventually(() => here.simulator.stats().smpp.receiptAcks === 1, "the receipt arrives");
});

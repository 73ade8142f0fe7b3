import { afterEach, expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyWorld } from "#adapters/memory/world.ts";
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

interface Scene {
  readonly simulator: Simulator;
  readonly gateway: RunningGateway;
  readonly sides: readonly Side[];
}

const scene = async (change: Partial<Settings> = {}): Promise<Scene> => {
  const rented = ourNumbers(2);
  const simulator = await startSimulator({ limits: noLimits, rented });
  running.push(simulator.stop);
  const world = emptyWorld();
  const storage = memoryStorage({ clock: systemClock, world });
  await register(storage, rented);
  const gateway = await startGateway(simulator, { world }, change);
  running.push(gateway.stop);
  await eventually(() => simulator.stats().smpp.binds >= 2, "both binds are up");
  return { simulator, gateway, sides: await openConversations(storage, 1) };
};

const lastOn = ({ simulator }: Scene, handset: string) =>
  eventually(() => simulator.inbox(handset).at(-1), "a text arrives");

test("a text that comes over SMPP goes on over SMPP, from the number that stands for its sender", async () => {
  const here = await scene();
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
  const { gateway, simulator } = await scene();
  const statusOf = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;
  expect(await statusOf("/healthz")).toBe(200);
  expect(await statusOf("/readyz")).toBe(200);
  expect(await statusOf("/elsewhere")).toBe(404);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('sms_proxy_link_up{link="smpp-2"} 1');
  simulator.setFaults({ smpp: { down: true } });
  await eventually(
    async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('link_up{link="smpp-2"} 0'),
    "the metrics show that the bind is down",
  );
});

test("a pair of binds sends over the one and receives over the other", async () => {
  const here = await scene({ smppBind: "pair" });
  const [ann, ben] = here.sides as [Side, Side];
  here.simulator.text(ann.person, ann.textsTo, "Hello Ben");
  expect(await lastOn(here, ben.person)).toMatchObject({ text: "Hello Ben", link: "smpp" });
  await eventually(() => here.simulator.stats().smpp.receiptAcks === 1, "the receipt arrives");
});

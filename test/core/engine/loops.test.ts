import { describe, expect, test } from "vitest";
import { LOOP_TEXTS } from "#core/domain/machines/ping-pong.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { SUSPECT_TEXTS } from "#core/engine/inbound/loop-guard.ts";
import { createHarness, type ProcessOptions } from "./harness.ts";

const back = (route: RouteDefinition): RouteDefinition => ({
  ...route,
  ...{ sender: route.recipient, virtualNumber: route.source },
  ...{ recipient: route.sender, source: route.virtualNumber },
});

const TEXTS_MAX = 400;

/** Two machines answer each other, and the carrier brings their texts to processes in turn, as `deal` says. */
const talk = async (
  processes: number,
  deal: (n: number) => number,
  { pauseMs = 600, textsMax = TEXTS_MAX } = {},
) => {
  const harness = createHarness();
  let asked = 0;
  const options: ProcessOptions = {
    faultOf: (method) => {
      if (method === "traffic.seen") asked += 1;
      return null;
    },
  };
  const gateways = [];
  for (let i = 0; i < processes; i += 1) gateways.push(await harness.start(options));
  await harness.time.pass(3_000);
  const route = await harness.open();
  let relayed = 0;
  for (let n = 0; n < textsMax; n += 1) {
    if (harness.sent.length < relayed) break;
    await harness.time.until(gateways[deal(n)]!.give(n % 2 === 0 ? route : back(route), `answer ${n}`));
    relayed += 1;
    await harness.time.pass(pauseMs);
  }
  const cut = gateways.flatMap(({ journal }) =>
    journal.told("loopCut").map(({ conversationId }) => conversationId),
  );
  const page = await harness.storage.events.read({ after: "first", types: ["abuse.loop"], limit: 100 });
  const events = page.kind === "page" ? page.items.map(({ subject, data }) => ({ subject, data })) : [];
  return { relayed, cut, asked, route, events };
};

describe("a loop whose texts come to several processes", () => {
  test("in turn ends, and so does one whose two directions come to two of them", async () => {
    for (const deal of [(n: number) => n % 2, (n: number) => Math.floor(n / 2) % 2]) {
      const { relayed, cut, route, events } = await talk(2, deal);
      expect(relayed).toBeGreaterThan(24);
      expect(relayed).toBeLessThan(2 * LOOP_TEXTS);
      expect(new Set(cut)).toEqual(new Set([route.conversationId]));
      expect(cut.length).toBeLessThanOrEqual(2);
      expect(events.length).toBeGreaterThan(0);
      expect(events.length).toBeLessThanOrEqual(2);
      for (const { data } of events) expect(data).toEqual({ conversationId: route.conversationId });
    }
  });

  test("ends however many they are, after some texts at each", async () => {
    const { relayed } = await talk(6, (n) => (n * 7) % 6);
    expect(relayed).toBeLessThan(6 * SUSPECT_TEXTS + LOOP_TEXTS);
  });

  test("costs storage one question for many texts, and people who answer in minutes none", async () => {
    const { asked, relayed } = await talk(2, (n) => n % 2);
    expect(asked).toBeLessThan(relayed / 4);
    const slow = await talk(2, (n) => n % 2, { pauseMs: 61_000, textsMax: 2 * SUSPECT_TEXTS + 2 });
    expect(slow).toMatchObject({ relayed: 2 * SUSPECT_TEXTS + 2, asked: 0, cut: [] });
  });
});

test("people are no machines because the carrier brings their texts again and again", async () => {
  const harness = createHarness();
  const gateway = await harness.start();
  await harness.time.pass(1_100);
  const route = await harness.open();
  for (let n = 0; n < 2 * LOOP_TEXTS; n += 1) {
    const way = n % 2 === 0 ? route : back(route);
    await harness.time.until(gateway.give(way, `text ${n % 4}`, { key: `key-${n % 4}` }));
    await harness.time.pass(500);
  }
  await harness.time.until(gateway.give(route, "Are you there?"));
  await harness.time.pass(1_000);
  expect(harness.words()).toContain("Are you there?");
});

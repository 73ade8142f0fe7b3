import { describe, expect, test } from "vitest";
import type { RouteDefinition } from "#core/domain/route.ts";
import { aParticipant, swapOf } from "#test/support/traffic-builders.ts";
import { createStage, type Stage } from "./harness.ts";

describe("a text that waits in memory when its sender blocks the other one", () => {
  const blockAfter = async (befalls: (stage: Stage, route: RouteDefinition) => Promise<void>) => {
    const stage = createStage();
    const process = await stage.start();
    await stage.time.pass(1_100);
    process.link.set("down");
    const route = await stage.open();
    void process.give(route, "before");
    await stage.time.pass(100);
    await befalls(stage, route);
    expect(await stage.time.until(process.give(route, "BLOCK"))).toBe("accepted");
    process.link.set("up");
    await stage.time.pass(5_000);
    return stage.states(route);
  };

  test("stays", async () => {
    expect(await blockAfter(async () => {})).toContain("blocked: pair-block");
  });

  test("leaves if it is for somebody whose place the other one has taken since", async () => {
    const states = await blockAfter(async ({ storage }, { conversationId, recipientId, virtualNumber }) => {
      const conversation = (await storage.conversations.get(conversationId))!;
      await storage.conversations.swap(swapOf(conversation, recipientId, aParticipant(virtualNumber)));
    });
    expect(states).not.toContain("blocked: pair-block");
  });
});

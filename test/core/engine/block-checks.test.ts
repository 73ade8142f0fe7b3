import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { applyCommand } from "#core/engine/outbound/block-checks.ts";
import { JUST_WRITTEN } from "#core/engine/outbound/owned-message.ts";
import { createOwnedMessages } from "#core/engine/outbound/owned-messages.ts";
import { createRecipientQueues } from "#core/engine/outbound/recipient-queues.ts";
import { createSignal } from "#core/structures/signal.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { aParticipant, swapOf } from "#test/support/traffic-builders.ts";
import { createHarness, type Harness } from "./harness.ts";

describe("a text that waits in memory when its sender blocks the other one", () => {
  const blockAfter = async (befalls: (harness: Harness, route: RouteDefinition) => Promise<void>) => {
    const harness = createHarness();
    const process = await harness.start();
    await harness.time.pass(1_100);
    process.link.set("down");
    const route = await harness.open();
    void process.give(route, "before");
    await harness.time.pass(100);
    await befalls(harness, route);
    expect(await harness.time.until(process.give(route, "BLOCK"))).toBe("accepted");
    process.link.set("up");
    await harness.time.pass(5_000);
    return harness.states(route);
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

describe("a text that waits in memory when its recipient says STOP", () => {
  const recipient = "447700900002" as Msisdn;
  const waitingOf = (serviceId: string, scope: "service" | "all") => {
    const { clock } = virtualTime();
    const owned = createOwnedMessages({
      ...{ queues: createRecipientQueues(), chance: { next: () => 0 }, quarantineMs: 0 },
      clock: { now: clock.now, elapsed: clock.now },
    });
    const message: OutboundMessage = {
      ...{ id: "m", conversationId: "c", senderId: "a", recipientId: "b", priority: "relay" },
      ...{ source: "447700900001" as Msisdn, destination: recipient, text: "hello" },
      ...{ receivedAt: 0, expiresAt: 1 },
    };
    owned.add(message, { ...JUST_WRITTEN, askedAt: 0 }, "one");
    const command = { kind: "stop", scope } as const;
    applyCommand({ owned, maySend: createSignal() }, { command, from: recipient, serviceId, route: null });
    return [...owned].map(({ blockedBy }) => blockedBy);
  };

  test("stays where it is of the service that was told", () => {
    expect(waitingOf("one", "service")).toEqual(["opt-out"]);
  });

  test("leaves where it is of another service, unless all are meant", () => {
    expect(waitingOf("two", "service")).toEqual([null]);
    expect(waitingOf("two", "all")).toEqual(["opt-out"]);
  });
});

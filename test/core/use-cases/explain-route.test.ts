import { describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { explainRoute } from "#core/use-cases/explain-route.ts";
import { createHarness } from "#test/core/engine/harness.ts";

const anExplanation = async () => {
  const harness = createHarness();
  const { conversations, traffic, numbers } = harness.storage;
  const explain = explainRoute({
    ...{ conversations, traffic, numbers, clock: harness.time.clock },
    rulesOf: rulesOf(harness.storage.services, {}),
  });
  return { harness, explain, route: await harness.open() };
};

describe("an explanation", () => {
  test("says what a text would do now, and does nothing", async () => {
    const { harness, explain, route } = await anExplanation();
    const asked = { from: route.sender, to: route.virtualNumber, text: "hello", at: null };
    const explanation = await explain(asked);
    if (explanation.kind !== "now" || explanation.decision.kind !== "relay") throw new Error("not relayed");
    const process = await harness.start();
    await harness.time.until(process.give(route, "hello"));
    await harness.time.pass(100);
    const { source, destination, text } = explanation.decision.message;
    expect(harness.sent.map(({ message }) => message)).toMatchObject([{ source, destination, text }]);
    expect(await explain({ ...asked, text: "STOP" })).toMatchObject({ decision: { kind: "command" } });
    expect(await harness.storage.optOuts.get(DEFAULT_SERVICE_ID, route.sender)).toBeNull();
  });

  test("says who was behind a number at an instant of the past", async () => {
    const { harness, explain, route } = await anExplanation();
    const opened = harness.time.clock.now();
    const { conversationId, sender: from, virtualNumber: to } = route;
    harness.time.clock.advance(1_000);
    const at = harness.time.clock.now();
    const closing = { reason: "requested", at, quarantinedUntil: at + 1_000, unlessTextedAfter: null };
    await harness.storage.conversations.close({ id: conversationId, ...closing });
    const then = await explain({ from, to, text: "", at: opened + 500 });
    expect(then).toMatchObject({
      kind: "then",
      meaning: { conversationId },
      conversation: { id: conversationId },
    });
    expect(await explain({ from, to, text: "", at })).toMatchObject({ meaning: null, conversation: null });
    expect(await explain({ from, to, text: "hi", at: null })).toMatchObject({
      decision: { kind: "refuse", refusal: { reason: "quarantined" } },
    });
  });

  test("says that a stranger's text goes to nobody", async () => {
    const { explain, route } = await anExplanation();
    const explanation = await explain({
      from: route.recipient,
      to: route.virtualNumber,
      text: "hi",
      at: null,
    });
    expect(explanation).toEqual({
      kind: "now",
      decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
      conversation: null,
    });
  });
});

import { describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { explainRoute } from "#core/use-cases/explain-route.ts";
import { createStage } from "#test/core/engine/harness.ts";

const createHouse = async () => {
  const stage = createStage();
  const { conversations, traffic, numbers } = stage.storage;
  const explain = explainRoute({
    ...{ conversations, traffic, numbers, clock: stage.time.clock },
    rulesOf: rulesOf(stage.storage.services, {}),
  });
  return { stage, explain, route: await stage.open() };
};

describe("an explanation", () => {
  test("says what a text would do now, and does nothing", async () => {
    const { stage, explain, route } = await createHouse();
    const asked = { from: route.sender, to: route.virtualNumber, text: "hello", at: null };
    const explanation = await explain(asked);
    if (explanation.kind !== "now" || explanation.decision.kind !== "relay") throw new Error("not relayed");
    const process = await stage.start();
    await stage.time.until(process.give(route, "hello"));
    await stage.time.pass(100);
    const { source, destination, text } = explanation.decision.message;
    expect(stage.sent.map(({ message }) => message)).toMatchObject([{ source, destination, text }]);
    expect(await explain({ ...asked, text: "STOP" })).toMatchObject({ decision: { kind: "command" } });
    expect(await stage.storage.optOuts.get(DEFAULT_SERVICE_ID, route.sender)).toBeNull();
  });

  test("says who was behind a number at an instant of the past", async () => {
    const { stage, explain, route } = await createHouse();
    const opened = stage.time.clock.now();
    const { conversationId, sender: from, virtualNumber: to } = route;
    stage.time.clock.advance(1_000);
    const at = stage.time.clock.now();
    const closing = { reason: "requested", at, quarantinedUntil: at + 1_000, unlessTextedAfter: null };
    await stage.storage.conversations.close({ id: conversationId, ...closing });
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
    const { explain, route } = await createHouse();
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

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideInbound, type Meaning } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { commandOf } from "#core/domain/opt-out-words.ts";
import { type Route, resolveRoute } from "#core/domain/route.ts";
import { nearInstantArbitrary, routeArbitrary, smsTextArbitrary } from "#test/support/arbitraries.ts";

const TTL = 100;
const words = fc.constantFrom("STOP", "start", "Help", "BLOCK.", "“Stop”");
const anyText = fc.oneof(smsTextArbitrary, words);

const inboundOn = (route: Route, text: string): InboundMessage => ({
  id: "m",
  key: "k",
  from: route.sender,
  to: route.virtualNumber,
  text,
  part: null,
  link: "smpp",
  receivedAt: 3,
});

const decide = (inbound: InboundMessage, meaning: Meaning, now: number) =>
  decideInbound(inbound, meaning, { now, messageTtlMs: TTL, nextId: () => "n" });

const caseArbitrary = fc.record({ route: routeArbitrary, text: anyText, now: nearInstantArbitrary });

describe("an inbound text", () => {
  test("is relayed word for word, from the sender's virtual number to the recipient's real one", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const decision = decide(inboundOn(route, text), { route, ours: true }, now);
        if (decision.kind !== "relay") return;
        expect(decision.message).toEqual({
          id: "m",
          conversationId: route.conversationId,
          senderId: route.senderId,
          recipientId: route.recipientId,
          lane: "relay",
          source: route.source,
          destination: route.recipient,
          text,
          receivedAt: 3,
          expiresAt: now + TTL,
        });
      }),
    );
  });

  test("goes on exactly when its route does, unless it is a word for us", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        fc.pre(commandOf(text) === null);
        const decision = decide(inboundOn(route, text), { route, ours: true }, now);
        const resolution = resolveRoute(route, true, now);
        expect(decision.kind).toBe(resolution.kind === "relay" ? "relay" : "refuse");
        if (decision.kind === "refuse") expect(decision.resolution).toEqual(resolution);
      }),
    );
  });

  test("is decided the same way every time", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const once = decide(inboundOn(route, text), { route, ours: true }, now);
        expect(decide(inboundOn(route, text), { route, ours: true }, now)).toEqual(once);
      }),
    );
  });
});

describe("a word for us", () => {
  test("never reaches the other one, and is answered from the number that was texted", () => {
    fc.assert(
      fc.property(routeArbitrary, words, nearInstantArbitrary, (route, word, now) => {
        const decision = decide(inboundOn(route, word), { route, ours: true }, now);
        expect(decision.kind).not.toBe("relay");
        if (decision.kind !== "command" || !decision.notice) return;
        expect(decision.notice).toMatchObject({
          source: route.virtualNumber,
          destination: route.sender,
          recipientId: route.senderId,
          lane: "system",
        });
      }),
    );
  });

  test("to stop or to start is heard from strangers too; help and block need somebody to talk about", () => {
    const [route] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
    const stranger = { route: null, ours: true };
    expect(decide(inboundOn(route!, "Stop."), stranger, 0)).toEqual({
      kind: "command",
      command: "stop",
      route: null,
      notice: null,
    });
    expect(decide(inboundOn(route!, "BLOCK"), stranger, 0)).toMatchObject({ kind: "refuse" });
  });

  test("to a number that is not ours, or from a sender who cannot be texted, is none", () => {
    fc.assert(
      fc.property(routeArbitrary, words, (route, word) => {
        expect(decide(inboundOn(route, word), { route: null, ours: false }, 0).kind).toBe("refuse");
        const lettered = { ...inboundOn(route, word), from: "Vonage" };
        expect(isMsisdn(lettered.from)).toBe(false);
        expect(decide(lettered, { route: null, ours: true }, 0).kind).toBe("refuse");
      }),
    );
  });
});

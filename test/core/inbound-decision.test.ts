import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideInbound, type RouteLookup } from "#core/domain/inbound-decision.ts";
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

const decide = (inbound: InboundMessage, meaning: RouteLookup, now: number) =>
  decideInbound(inbound, meaning, { now, messageTtlMs: TTL, nextId: () => "n" });

const caseArbitrary = fc.record({ route: routeArbitrary, text: anyText, now: nearInstantArbitrary });

describe("an inbound text", () => {
  test("is relayed word for word, from the sender's virtual number to the recipient's real one", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const decision = decide(inboundOn(route, text), { route, isOurs: true }, now);
        if (decision.kind !== "relay") return;
        expect(decision.message).toEqual({
          id: "m",
          conversationId: route.conversationId,
          senderId: route.senderId,
          recipientId: route.recipientId,
          priority: "relay",
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
        const decision = decide(inboundOn(route, text), { route, isOurs: true }, now);
        const resolution = resolveRoute(route, true, now);
        expect(decision.kind).toBe(resolution.kind === "relay" ? "relay" : "refuse");
        if (decision.kind === "refuse") expect(decision.resolution).toEqual(resolution);
      }),
    );
  });

  test("is decided the same way every time", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const once = decide(inboundOn(route, text), { route, isOurs: true }, now);
        expect(decide(inboundOn(route, text), { route, isOurs: true }, now)).toEqual(once);
      }),
    );
  });
});

describe("a word for us", () => {
  test("never reaches the other one, and is answered from the number that was texted", () => {
    fc.assert(
      fc.property(routeArbitrary, words, nearInstantArbitrary, (route, word, now) => {
        const decision = decide(inboundOn(route, word), { route, isOurs: true }, now);
        expect(decision.kind).not.toBe("relay");
        if (decision.kind !== "command" || !decision.autoReply) return;
        expect(decision.autoReply).toMatchObject({
          source: route.virtualNumber,
          destination: route.sender,
          recipientId: route.senderId,
          priority: "system",
        });
      }),
    );
  });

  test("to stop or to start is heard from strangers too; help and block need somebody to talk about", () => {
    const [route] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
    const stranger = { route: null, isOurs: true };
    expect(decide(inboundOn(route!, "Stop."), stranger, 0)).toEqual({
      kind: "command",
      command: "stop",
      route: null,
      autoReply: null,
    });
    expect(decide(inboundOn(route!, "BLOCK"), stranger, 0)).toMatchObject({ kind: "refuse" });
  });

  test("to a number that is not isOurs, or from a sender who cannot be texted, is none", () => {
    fc.assert(
      fc.property(routeArbitrary, words, (route, word) => {
        expect(decide(inboundOn(route, word), { route: null, isOurs: false }, 0).kind).toBe("refuse");
        const lettered = { ...inboundOn(route, word), from: "Vonage" };
        expect(isMsisdn(lettered.from)).toBe(false);
        expect(decide(lettered, { route: null, isOurs: true }, 0).kind).toBe("refuse");
      }),
    );
  });
});

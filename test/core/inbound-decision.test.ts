import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideInbound, type RouteLookup } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { unreadable } from "#core/domain/readable.ts";
import { resolveRoute } from "#core/domain/resolve-route.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { BUILT_IN_RULES } from "#core/domain/service-rules.ts";
import { normalise } from "#core/domain/wishes/normalise.ts";
import { basicWishRules, SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import { meaningOf } from "#core/domain/wishes/words.ts";
import { nearInstantArbitrary, routeArbitrary, smsTextArbitrary } from "#test/support/arbitraries.ts";

const RULES = { ...BUILT_IN_RULES, messageTtlMs: 100 };
const words = fc.constantFrom("STOP", "Help", "BLOCK.", "“Stop”", "unstop", "STOP 🛑", "arrêt");
const spoken = fc.constantFrom("start", "Start.", "unblock", "UNBLOCK!");
const anyText = fc.oneof(smsTextArbitrary, words, spoken);

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
  decideInbound(inbound, meaning, {
    ...{ now, nextId: () => "n" },
    wishRules: basicWishRules,
  });

const caseArbitrary = fc.record({ route: routeArbitrary, text: anyText, now: nearInstantArbitrary });
const liveRouteArbitrary = routeArbitrary.map(
  (route): Route => ({
    ...route,
    ...{ closedAt: null, quarantinedUntil: null, expiresAt: null },
  }),
);

describe("an inbound text", () => {
  const mute = fc
    .array(fc.constantFrom("\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u200b", "\ufeff"), {
      maxLength: 9,
    })
    .map((letters) => letters.join(""));

  test("with nothing to read goes no further, and its conversation tells why", () => {
    fc.assert(
      fc.property(liveRouteArbitrary, mute, (live, text) => {
        const route = { ...live, blockedBy: null };
        const decision = decide(
          inboundOn(route, text),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          0,
        );
        expect(decision).toEqual({
          kind: "refuse",
          refusal: { kind: "failed", reason: "nothing-to-read" },
          route,
        });
      }),
    );
  });

  test("of a blank or a line end may be meant, and so may whatever stands among what cannot be read", () => {
    fc.assert(
      fc.property(
        liveRouteArbitrary,
        mute,
        fc.constantFrom(" ", "\n", "\r\n", "\t", "?", "🛑"),
        mute,
        (live, before, letter, after) => {
          const route = { ...live, blockedBy: null };
          const text = before + letter + after;
          expect(
            decide(inboundOn(route, text), { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES }, 0),
          ).toMatchObject({
            kind: "relay",
            message: { text },
          });
        },
      ),
    );
  });

  test("is relayed word for word, from the sender's virtual number to the recipient's real one", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const decision = decide(
          inboundOn(route, text),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          now,
        );
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
          expiresAt: now + RULES.messageTtlMs,
        });
      }),
    );
  });

  test("goes on exactly when its route does, unless it is a word for us", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        fc.pre(meaningOf(normalise(text) ?? "") === null && unreadable(inboundOn(route, text)) === null);
        const decision = decide(
          inboundOn(route, text),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          now,
        );
        const resolution = resolveRoute(route, true, now);
        expect(decision.kind).toBe(resolution.kind === "relay" ? "relay" : "refuse");
        if (decision.kind !== "refuse") return;
        const { refusal, route: known } = decision;
        expect({ ...refusal, route: known }).toEqual(resolution);
      }),
    );
  });

  test("is decided the same way every time", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ route, text, now }) => {
        const once = decide(
          inboundOn(route, text),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          now,
        );
        expect(
          decide(inboundOn(route, text), { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES }, now),
        ).toEqual(once);
      }),
    );
  });
});

describe("a reaction", () => {
  const [sample] = fc.sample(liveRouteArbitrary, { numRuns: 1, seed: 1 });
  const route: Route = { ...sample!, blockedBy: null };
  const passedOn = (text: string, told: readonly string[]) => {
    const decision = decide(
      inboundOn(route, text),
      { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES, told },
      0,
    );
    return decision.kind === "relay" ? decision.message.text : decision.kind;
  };
  const code = "Your door code is 4711";

  test("to what we told its sender does not carry our words to the other one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Liked “", "Hat ein „", 'Loved "', "👍 to “", "A aimé « "),
        fc.array(fc.constantFrom("See you", "Welcome"), { maxLength: 3 }),
        (before, others) => {
          const text = passedOn(`${before}${code}”`, [...others, code]);
          expect(text).not.toContain("4711");
        },
      ),
    );
    expect(passedOn(`Liked “${code}”`, [code])).toBe("Liked a message");
  });

  test("to a text of the other one goes through whole", () => {
    for (const told of [[], ["Welcome to the service"]])
      expect(passedOn("Liked “See you at the gate”", told)).toBe("Liked “See you at the gate”");
    expect(passedOn(code, [code])).toBe(code);
  });
});

describe("a message without words", () => {
  const invisible = fc.constantFrom(
    "\0",
    "\u0007",
    "\u001b",
    "\u007f",
    "\u0085",
    "\u200b",
    "\u2068",
    "\u00ad",
    "\ufeff",
  );
  const emptyArbitrary = fc.array(invisible, { maxLength: 5 }).map((characters) => characters.join(""));
  const decideOn = (route: Route, text: string, hasMedia: boolean) =>
    decide(
      { ...inboundOn(route, text), hasMedia },
      { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
      0,
    );

  test("ends at once on a live route, for a reason of its own, and is nobody's fault elsewhere", () => {
    fc.assert(
      fc.property(routeArbitrary, emptyArbitrary, fc.boolean(), (route, text, hasMedia) => {
        const resolution = resolveRoute(route, true, 0);
        const reason = hasMedia ? "media" : "nothing-to-read";
        expect(decideOn(route, text, hasMedia)).toMatchObject(
          resolution.kind === "relay"
            ? { kind: "refuse", refusal: { kind: "failed", reason }, route }
            : { kind: "refuse", refusal: { kind: resolution.kind, reason: resolution.reason } },
        );
      }),
    );
  });

  test("is none that has words beside a picture, or says nothing but a space or a line end", () => {
    const [sample] = fc.sample(liveRouteArbitrary, { numRuns: 1, seed: 1 });
    const route: Route = { ...sample!, blockedBy: null };
    fc.assert(
      fc.property(smsTextArbitrary, fc.boolean(), emptyArbitrary, (text, hasMedia, around) => {
        fc.pre(/[\p{L}\p{N}\p{S}]/u.test(text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")));
        fc.pre(meaningOf(normalise(text) ?? "") === null);
        expect(decideOn(route, around + text, hasMedia).kind).toBe("relay");
      }),
    );
    for (const blank of [" ", "\n", "\r\n", "\u00a0", "\t"]) {
      expect(decideOn(route, blank, false).kind).toBe("relay");
      expect(decideOn(route, blank, true)).toMatchObject({ refusal: { reason: "media" } });
    }
  });
});

describe("a word for us", () => {
  test("never reaches the other one, and is answered from the number that was texted", () => {
    fc.assert(
      fc.property(routeArbitrary, words, nearInstantArbitrary, (route, word, now) => {
        const decision = decide(
          inboundOn(route, word),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          now,
        );
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
    const stranger = { route: null, serviceId: DEFAULT_SERVICE_ID, rules: RULES };
    expect(decide(inboundOn(route!, "Stop."), stranger, 0)).toEqual({
      kind: "command",
      command: { kind: "stop", word: "stop", scope: "service" },
      route: null,
      autoReply: null,
    });
    expect(decide(inboundOn(route!, "Start"), stranger, 0)).toMatchObject({ command: { kind: "start" } });
    expect(decide(inboundOn(route!, "BLOCK"), stranger, 0)).toMatchObject({ kind: "refuse" });
  });

  test("to a number that is not isOurs, or from a sender who cannot be texted, is none", () => {
    fc.assert(
      fc.property(routeArbitrary, words, (route, word) => {
        expect(decide(inboundOn(route, word), { route: null, serviceId: null, rules: RULES }, 0).kind).toBe(
          "refuse",
        );
        const lettered = { ...inboundOn(route, word), from: "Vonage" };
        expect(isMsisdn(lettered.from)).toBe(false);
        expect(decide(lettered, { route: null, serviceId: DEFAULT_SERVICE_ID, rules: RULES }, 0).kind).toBe(
          "refuse",
        );
      }),
    );
  });
});

describe("a word that is also speech", () => {
  test("is START only from somebody who is opted out, and else goes to the other one", () => {
    fc.assert(
      fc.property(liveRouteArbitrary, nearInstantArbitrary, (route, now) => {
        const { kind } = decide(
          inboundOn(route, "Start"),
          { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
          now,
        );
        const otherwise = route.blockedBy === null ? "relay" : "refuse";
        expect(kind).toBe(route.senderWishes.optedOutBy === null ? otherwise : "command");
      }),
    );
  });

  test("is UNBLOCK only from whoever blocked from this number, for a day", () => {
    const [sample] = fc.sample(liveRouteArbitrary, { numRuns: 1, seed: 1 });
    const unblockUntil = SECOND_THOUGHTS_MS;
    const blocker: Route = {
      ...sample!,
      blockedBy: "pair-block",
      senderWishes: { ...NO_WISHES, unblockUntil },
    };
    const other: Route = { ...blocker, senderWishes: NO_WISHES };
    const kindAt = (route: Route, now: number) =>
      decide(inboundOn(route, "unblock"), { route, serviceId: DEFAULT_SERVICE_ID, rules: RULES }, now).kind;
    expect(kindAt(blocker, unblockUntil - 1)).toBe("command");
    expect(kindAt(blocker, unblockUntil)).toBe("refuse");
    expect(kindAt(other, 0)).toBe("refuse");
  });
});

describe("the answer to a word for us", () => {
  const [sample] = fc.sample(liveRouteArbitrary, { numRuns: 1, seed: 1 });
  const route: Route = { ...sample!, blockedBy: null, senderWishes: NO_WISHES };
  const answerTo = (text: string, change: Partial<Route> = {}, now = 0) => {
    const decision = decide(
      inboundOn(route, text),
      { route: { ...route, ...change }, serviceId: DEFAULT_SERVICE_ID, rules: RULES },
      now,
    );
    return decision.kind === "command" ? (decision.autoReply?.text ?? null) : decision.kind;
  };

  test("is in the language of the word", () => {
    expect(answerTo("STOP")).toMatch(/^You will get .* START/);
    expect(answerTo("Arrêt")).toMatch(/^Vous .* START/);
    expect(answerTo("stopp!")).toMatch(/^Sie .* START/);
  });

  test("to BLOCK says how to take it back", () => {
    expect(answerTo("Block.")).toContain("UNBLOCK");
  });

  test("to a STOP that was confirmed within a day is none", () => {
    const confirmedAt = 1_000;
    const change: Partial<Route> = { senderWishes: { ...NO_WISHES, optedOutBy: "text", confirmedAt } };
    expect(answerTo("STOP", change, confirmedAt + SECOND_THOUGHTS_MS - 1)).toBeNull();
    expect(answerTo("STOP", change, confirmedAt + SECOND_THOUGHTS_MS)).not.toBeNull();
    expect(answerTo("STOP")).not.toBeNull();
  });
});

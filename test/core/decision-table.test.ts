import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideInbound, type InboundDecision } from "#core/domain/inbound-decision.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { BUILT_IN_RULES } from "#core/domain/service-rules.ts";
import type { LastText } from "#core/domain/wishes/last-text.ts";
import { noticeOf } from "#core/domain/wishes/notice-language.ts";
import { CONTEXT_MS, houseWishRules, LANGUAGES, SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import { routeArbitrary } from "#test/support/arbitraries.ts";
import { anInboundOn, freshId, NOON } from "#test/support/traffic-builders.ts";

const [sample] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
const LIVE: Route = {
  ...sample!,
  ...{ closedAt: null, expiresAt: null, blockedBy: null, quarantinedUntil: null, senderWishes: NO_WISHES },
};
const OPTED_OUT: Partial<Route> = { senderWishes: { ...NO_WISHES, optedOutBy: "text" } };
const BLOCKER: Partial<Route> = { senderWishes: { ...NO_WISHES, unblockUntil: NOON + 1 } };

interface Circumstances {
  readonly last?: LastText | null;
  readonly told?: readonly string[];
  readonly route?: Partial<Route>;
}

const OURS = { isOurs: true, at: NOON };
const THEIRS = { isOurs: false, at: NOON };

const decide = (text: string, { last = null, told = [], route = {} }: Circumstances): InboundDecision => {
  const way = { ...LIVE, ...route };
  return decideInbound(
    anInboundOn(way, { text }),
    { route: way, serviceId: DEFAULT_SERVICE_ID, rules: BUILT_IN_RULES, told, last },
    { now: NOON, wishRules: houseWishRules, nextId: freshId },
  );
};

const noticeKinds = [
  "stop",
  "stop-or-this",
  "stop-all",
  "this",
  "start",
  "help",
  "block",
  "unblock",
  "report",
  "hint",
] as const;
const kindOf = (text: string | undefined): string =>
  noticeKinds.find((kind) =>
    LANGUAGES.some((language) => text === noticeOf(kind, language, LIVE.sender, BUILT_IN_RULES)),
  ) ?? "nothing";

/** What is done and what is said, in a word each, as in the table. */
const done = (decision: InboundDecision): string => {
  if (decision.kind === "command") {
    const { command, autoReply } = decision;
    return `${command.kind}${command.scope === "all" ? " all" : ""}: ${kindOf(autoReply?.text)}`;
  }
  if (decision.kind !== "relay") return decision.kind;
  const notice = decision.beside?.notice;
  return notice ? `relay: ${kindOf(notice.text)}` : "relay";
};

const CONFIRMED: Partial<Route> = {
  senderWishes: { ...NO_WISHES, optedOutBy: "text", confirmedAt: NOON - 1 },
};
const STOP = "stop: stop-or-this";
const HINT = "relay: hint";

type Row = readonly [texts: readonly string[], ours: string, theirs: string, route?: Partial<Route>];

const TABLE: readonly Row[] = [
  [["STOP", "Stop.", "STOP!!", "ＳＴＯＰ", "STOP 🛑", "S.T.O.P.", "stop stop"], STOP, STOP],
  [["🛑", "...", "👍", "911", "112"], "relay", "relay"],
  [["STOPALL", "Stop all"], "stop all: stop-all", "stop all: stop-all"],
  [["unsubscribe", "UNSUB", "Opt-out", "Arrêt", "stopp", "СТОП", "停止", "退订"], STOP, STOP],
  [["END", "quit.", "REVOKE", "Cancel", "cancelar", "BAJA", "parar", "abmelden", "arrête"], STOP, HINT],
  [["cancel the ride", "Stop at the corner", "bus stop", "STOP 12345", "para"], "relay", "relay"],
  [["stop it please", "don't stop", "STPO", "stopppp"], HINT, "relay"],
  [
    ["stop texting me", "STOP PLEASE", "Stop. Thank you", "leave me alone", "no mas", "remove me"],
    STOP,
    HINT,
  ],
  [["alto", "halt", "detener"], STOP, "relay"],
  [["wrong number"], HINT, HINT],
  [["who is this?"], "relay", "relay"],
  [["unstop"], "start: start", "start: start"],
  [["START", "Start!"], "start: start", "start: start", OPTED_OUT],
  [["this", "THIS"], "start: this", "start: this", CONFIRMED],
  [["START", "Yes", "ok", "this"], "relay", "relay"],
  [["help", "Help?", "AIDE", "ayuda", "Hilfe", "ajuda"], "help: help", "relay: help"],
  [["HELP!", "HELP ME", "need help with bags"], "relay", "relay"],
  [["INFO"], "help: help", "relay"],
  [["BLOCK", "block.", "BLOQUEAR"], "block: block", "block: block"],
  [["UNBLOCK"], "unblock: unblock", "unblock: unblock", BLOCKER],
  [["UNBLOCK", "Block C", "report to reception"], "relay", "relay"],
  [["REPORT", "report!", "SPAM"], "block: report", "block: report"],
];

const ROWS = TABLE.flatMap(([texts, ours, theirs, route = {}]) =>
  texts.map((text) => ({ text, ours, theirs, route })),
);

describe("a text that is decided on", () => {
  test.each(ROWS)("$text is '$ours' to us, '$theirs' to the other one", ({ text, ours, theirs, route }) => {
    expect(done(decide(text, { last: OURS, route }))).toBe(ours);
    expect(done(decide(text, { last: THEIRS, route }))).toBe(theirs);
    expect(done(decide(text, { last: null, route }))).toBe(theirs);
  });

  test("goes whole to the other one where it is relayed", () => {
    for (const { text, route } of ROWS) {
      const decision = decide(text, { last: THEIRS, route });
      if (decision.kind === "relay") expect(decision.message.text).toBe(text);
    }
  });

  test("is an answer to us for a week after our text", () => {
    const toTextOf = (at: number) => done(decide("cancel", { last: { isOurs: true, at } }));
    expect(toTextOf(NOON - CONTEXT_MS)).toBe(STOP);
    expect(toTextOf(NOON - CONTEXT_MS - 1)).toBe(HINT);
  });

  test("is hinted at once in a conversation, in whatever language, and never for one who wants no texts", () => {
    for (const language of LANGUAGES) {
      const told = [noticeOf("hint", language, LIVE.sender, BUILT_IN_RULES)];
      expect(done(decide("cancel", { last: THEIRS, told }))).toBe("relay");
    }
    expect(done(decide("cancel", { last: THEIRS, route: OPTED_OUT }))).toBe("relay");
    expect(done(decide("help", { last: THEIRS, route: OPTED_OUT }))).toBe("relay");
  });

  test("is answered once a day where it says STOP, in the language of the word", () => {
    const senderWishes = { ...NO_WISHES, optedOutBy: "text", confirmedAt: NOON - 1 } as const;
    expect(done(decide("STOP", { route: { senderWishes } }))).toBe("stop: nothing");
    const french = decide("ARRET", { last: THEIRS });
    expect(french).toMatchObject({
      autoReply: { text: noticeOf("stop-or-this", "fr", LIVE.sender, BUILT_IN_RULES) },
    });
  });

  test("narrows a STOP to its conversation by THIS within a day, which then ends, and not in one that has ended", () => {
    const { conversationId } = LIVE;
    const closes = { conversationId, at: NOON, quarantinedUntil: NOON + BUILT_IN_RULES.quarantineMs };
    expect(decide("this", { route: CONFIRMED })).toMatchObject({ kind: "command", closes });
    const dayBefore = { ...NO_WISHES, optedOutBy: "text", confirmedAt: NOON - SECOND_THOUGHTS_MS } as const;
    expect(done(decide("this", { route: { senderWishes: dayBefore } }))).toBe("relay");
    const ended = { closedAt: NOON - 1, quarantinedUntil: NOON + 1 };
    expect(done(decide("this", { route: { ...CONFIRMED, ...ended } }))).toBe("refuse");
    expect(done(decide("STOP", { route: ended }))).toBe("stop: stop");
  });

  test("tells of a report and of a wrong number", () => {
    const { conversationId, senderId, recipientId } = LIVE;
    const about = { serviceId: DEFAULT_SERVICE_ID, at: NOON };
    expect(decide("SPAM", { last: THEIRS })).toMatchObject({
      kind: "command",
      beside: {
        events: [
          {
            ...{ type: "participant.reported", subject: recipientId },
            ...{ data: { conversationId, reporterId: senderId }, ...about },
          },
        ],
      },
    });
    for (const told of [[], [noticeOf("hint", "en", LIVE.sender, BUILT_IN_RULES)]])
      expect(decide("wrong number", { last: THEIRS, told })).toMatchObject({
        kind: "relay",
        beside: {
          events: [
            { type: "participant.wrong-number", subject: senderId, data: { conversationId }, ...about },
          ],
        },
      });
  });

  test("is asked about only where the answer matters, and is relayed meanwhile", () => {
    const asked = (text: string): boolean => {
      let isAsked = false;
      decideInbound(
        anInboundOn(LIVE, { text }),
        { route: LIVE, serviceId: DEFAULT_SERVICE_ID, rules: BUILT_IN_RULES },
        { now: NOON, wishRules: houseWishRules, nextId: freshId, onUnclear: () => (isAsked = true) },
      );
      return isAsked;
    };
    for (const { text, ours, theirs, route } of ROWS)
      if (route !== OPTED_OUT && route !== BLOCKER && route !== CONFIRMED)
        expect([text, asked(text)]).toEqual([text, ours !== theirs || theirs === HINT]);
  });
});

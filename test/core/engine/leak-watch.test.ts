import { expect, test } from "vitest";
import { type Route, routesOf } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { BUILT_IN_RULES } from "#core/domain/service-rules.ts";
import { noticeOf } from "#core/domain/wishes/notice-language.ts";
import { basicWishRules } from "#core/domain/wishes/wish.ts";
import { type BatchContext, decideBatch } from "#core/engine/inbound/decide-batch.ts";
import { createLeakWatch, SPLIT_MS, WARN_MS } from "#core/engine/inbound/leak-watch.ts";
import { createLimitWatch } from "#core/engine/inbound/limit-watch.ts";
import { createLoopGuard } from "#core/engine/inbound/loop-guard.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  aConversation,
  anInboundOn,
  aParticipant,
  freshId,
  freshNumber,
  NOON,
} from "#test/support/traffic-builders.ts";

const routesBetweenTwo = (): readonly Route[] => {
  const conversation = aConversation([aParticipant(freshNumber()), aParticipant(freshNumber())]);
  return routesOf(conversation.id, conversation.participants).map((route) => ({
    ...route,
    ...{ version: "1", openedAt: NOON, expiresAt: null, closedAt: null, quarantinedUntil: null },
    ...{ blockedBy: null, senderWishes: NO_WISHES },
  }));
};

const LEAKS = { phone: "mask", email: "off", link: "off", handle: "block", warn: true } as const;
const RULES = { ...BUILT_IN_RULES, leaks: LEAKS };

/** One process, and what is written of texts to it. */
const aProcess = (rules = RULES) => {
  const context: BatchContext = {
    ...{ now: NOON, wishRules: basicWishRules, nextId: freshId, stored: [], partsTimeoutMs: 60_000 },
    ...{
      loops: createLoopGuard(),
      leaks: createLeakWatch(),
      limits: createLimitWatch(),
      heard: new Map(),
      mayOwn: () => true,
    },
  };
  const decide = (
    messages: readonly ReturnType<typeof anInboundOn>[],
    route: Route,
  ): readonly InboundWrite[] =>
    decideBatch(
      messages.map((message) => ({ message, joins: null, route, serviceId: DEFAULT_SERVICE_ID, rules })),
      context,
    ).map(({ write }) => write);
  return {
    decide,
    wrote: (route: Route, text: string, receivedAt = NOON) =>
      decide([anInboundOn(route, { text, receivedAt })], route)[0]!,
  };
};

const passed = ({ decision }: InboundWrite): string =>
  decision.kind === "relay"
    ? decision.message.text
    : decision.kind === "refuse"
      ? decision.refusal.reason
      : decision.kind;

test("a service without rules about leaks has every text passed on as it is, and nothing written beside it", () => {
  const [ab] = routesBetweenTwo();
  const { wrote } = aProcess({ ...BUILT_IN_RULES, leaks: null } as never);
  const write = wrote(ab!, "call 07700 900413");
  expect(passed(write)).toBe("call 07700 900413");
  expect(Object.keys(write)).not.toContain("beside");
});

test("a leak is hidden or its text not passed on, and told without the text", () => {
  const [ab] = routesBetweenTwo();
  const { wrote } = aProcess();
  const masked = wrote(ab!, "call 07700 900413");
  expect(passed(masked)).toBe("call [hidden]");
  expect(masked.beside!.events).toEqual([
    {
      type: "leak.found",
      subject: masked.inbound.id,
      data: {
        ...{ conversationId: ab!.conversationId, senderId: ab!.senderId, recipientId: ab!.recipientId },
        ...{ kind: "phone", certainty: "sure", start: 5, end: 17, action: "mask" },
      },
      serviceId: DEFAULT_SERVICE_ID,
      at: NOON,
    },
  ]);
  expect(passed(wrote(ab!, "instagram @jo.rides"))).toBe("leak:handle");
  expect(passed(wrote(ab!, "STOP"))).toBe("command");
});

test("a number that is dealt out over texts is seen in one batch and in several, and again when it is decided on again", () => {
  for (const batches of [[["07700", "900", "413"]], [["07700"], ["900"], ["413"]]]) {
    const [ab, ba] = routesBetweenTwo();
    const { decide } = aProcess();
    const sent = batches.map((texts) => texts.map((text) => anInboundOn(ab!, { text })));
    const decided = sent.flatMap((messages) => {
      const first = decide(messages, ab!).map(passed);
      expect(decide(messages, ab!).map(passed)).toEqual(first);
      return first;
    });
    expect(decided).toEqual(["07700", "900", "[hidden]"]);
    expect(decide([anInboundOn(ba!, { text: "413" })], ba!).map(passed)).toEqual(["413"]);
  }
});

test("digits of one writer are no part of another's number, and long ago they are forgotten", () => {
  const [ab, ba] = routesBetweenTwo();
  const { wrote } = aProcess();
  expect(["07700", "900"].map((text) => passed(wrote(ab!, text)))).toEqual(["07700", "900"]);
  expect(passed(wrote(ba!, "413"))).toBe("413");
  expect(passed(wrote(ab!, "413", NOON + SPLIT_MS + 1))).toBe("413");
});

test("a writer is told once an hour that something was not passed on, and never one who wants no texts", () => {
  const [ab] = routesBetweenTwo();
  const { wrote, decide } = aProcess();
  const first = anInboundOn(ab!, { text: "07700 900413" });
  const noticed = (write: InboundWrite) => write.beside!.notice?.text ?? null;
  const told = noticeOf("leak", null, ab!.sender, RULES);
  expect(decide([first], ab!).map(noticed)).toEqual([told]);
  expect(decide([first], ab!).map(noticed)).toEqual([told]);
  expect(noticed(wrote(ab!, "instagram @jo.rides", NOON + WARN_MS - 1))).toBeNull();
  const later = wrote(ab!, "instagram @jo.rides", NOON + WARN_MS);
  expect(later.beside!.notice).toMatchObject({
    text: told,
    destination: ab!.sender,
    source: ab!.virtualNumber,
  });
  const [other] = routesBetweenTwo();
  const optedOut = { ...other!, senderWishes: { ...NO_WISHES, optedOutBy: "text" as const } };
  expect(noticed(wrote(optedOut, "07700 900413"))).toBeNull();
});

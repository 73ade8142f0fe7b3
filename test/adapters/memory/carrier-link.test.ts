import { describe, expect, test } from "vitest";
import { memoryCarrierLink, type PartAnswer } from "#adapters/memory/carrier-link.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryTimer } from "#adapters/memory/timer.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import {
  type CarrierAnswer,
  type CarrierLinkHarness,
  carrierLinkContract,
} from "#test/contracts/carrier-link.contract.ts";
import { sentOver } from "#test/support/sent-over.ts";
import { anInbound, freshNumber, NOON, relayOf } from "#test/support/traffic-builders.ts";

const DEADLINE_MS = 5_000;

const createHarness = async (kind: LinkKind): Promise<CarrierLinkHarness> => {
  const clock = memoryClock(NOON);
  const timer = memoryTimer(clock);
  let current: CarrierAnswer = "accepted";
  let count = 0;
  const link = memoryCarrierLink({
    ...{ kind, clock, timer, deadlineMs: DEADLINE_MS },
    answer: () => {
      count += 1;
      return answerOf(current, count);
    },
  });
  return {
    link,
    arrived: () =>
      link.sent.map(({ message: { source, destination }, text }) => ({ source, destination, text })),
    answerWith: (answer) => {
      current = answer;
    },
    cut: () => link.change("down"),
    restore: () => link.change("up"),
    passDeadline: () => timer.advance(DEADLINE_MS),
    close: async () => {},
  };
};

const answerOf = (answer: CarrierAnswer, count: number): PartAnswer => {
  const failure = { code: "9", detail: "refused by the network" };
  if (answer === "accepted") return { kind: answer, carrierId: `id-${count}` };
  if (answer === "throttled") return { kind: answer, waitMs: null };
  return answer === "nothing" ? { kind: answer } : { kind: answer, failure };
};

carrierLinkContract("the memory over SMPP", () => createHarness("smpp"));
carrierLinkContract("the memory over HTTP", () => createHarness("http"));

describe("a scripted carrier", () => {
  test("may take its time, and answer in any order", async () => {
    const clock = memoryClock(NOON);
    const late: ((answer: PartAnswer) => void)[] = [];
    const answer = () => new Promise<PartAnswer>((resolve) => late.push(resolve));
    const link = memoryCarrierLink({ clock, timer: memoryTimer(clock), answer });
    const [first, second] = [sentOver(link, aText(), ONE), sentOver(link, aText(), ONE)];
    late[1]!({ kind: "accepted", carrierId: "b" });
    expect(await second).toEqual({ kind: "accepted", carrierIds: ["b"] });
    expect(link.status().inFlight).toBe(1);
    late[0]!({ kind: "throttled", waitMs: 7 });
    expect(await first).toEqual({ kind: "throttled", waitMs: 7, carrierIds: [] });
  });

  test("that takes some parts and throttles the next one is told to have taken the first ones", async () => {
    const clock = memoryClock(NOON);
    const link = memoryCarrierLink({
      clock,
      timer: memoryTimer(clock),
      answer: ({ part }) =>
        part === 2 ? { kind: "throttled", waitMs: null } : { kind: "accepted", carrierId: `${part}` },
    });
    const outcome = await sentOver(link, aText("long ".repeat(150)), { ...ONE, partsMax: 9 });
    expect(outcome).toEqual({ kind: "throttled", waitMs: null, carrierIds: ["0", "1"] });
  });
});

const ONE = { partsAccepted: 0, partsMax: 1, reference: 7 };

const aText = (text = "Hello") => {
  const inbound = anInbound(freshNumber(), freshNumber(), { text });
  return relayOf(
    {
      ...{
        sender: freshNumber(),
        virtualNumber: freshNumber(),
        recipient: freshNumber(),
        source: freshNumber(),
      },
      ...{ conversationId: inbound.id, senderId: inbound.id, recipientId: inbound.id, version: "1" },
      ...{ openedAt: NOON, expiresAt: null, closedAt: null, quarantinedUntil: null, blockedBy: null },
      senderWishes: NO_WISHES,
    },
    inbound,
  );
};

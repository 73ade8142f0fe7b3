import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinkView } from "#core/domain/choose-link.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Priority } from "#core/domain/priority.ts";
import { clearanceOf, type Situation } from "#core/engine/outbound/clearance.ts";
import { createOwnedMessage, JUST_WRITTEN, type OwnedFrom } from "#core/engine/outbound/owned-message.ts";

const NOW = 1_000_000;
const AT = 5_000;
const OPEN: LinkView = { name: "link-1", kind: "smpp", up: true, room: 1, openAt: 0 };

const anItem = (from: Partial<OwnedFrom> = {}, change: Partial<OutboundMessage> = {}) => {
  const message: OutboundMessage = {
    ...{ id: "m", conversationId: "c", senderId: "a", recipientId: "b", priority: "relay" as Priority },
    ...{ source: "447700900001" as Msisdn, destination: "447700900002" as Msisdn, text: "hello" },
    ...{ receivedAt: NOW, expiresAt: NOW + 60_000 },
    ...change,
  };
  return createOwnedMessage(message, null, { ...JUST_WRITTEN, askedAt: AT, ...from }, 30_000, NOW, AT, 0);
};

const aSituation = (change: Partial<Situation> = {}): Situation => ({
  isLeaving: false,
  links: [OPEN],
  fallbackAfterMs: 1_000,
  numberOpenAt: 0,
  now: NOW,
  at: AT,
  ...change,
});

describe("a message may leave", () => {
  test("only when nothing at all speaks against it", () => {
    fc.assert(
      fc.property(
        fc.record({
          isLeaving: fc.boolean(),
          isBlocked: fc.boolean(),
          isExpired: fc.boolean(),
          isReassigned: fc.boolean(),
          isOutdated: fc.boolean(),
          isPaced: fc.boolean(),
          isFull: fc.boolean(),
        }),
        (against) => {
          const item = anItem(
            {
              blockedBy: against.isBlocked ? "opt-out" : null,
              validUntil: against.isReassigned ? 0 : Number.POSITIVE_INFINITY,
            },
            { expiresAt: against.isExpired ? NOW : NOW + 60_000 },
          );
          const situation = aSituation({
            isLeaving: against.isLeaving,
            numberOpenAt: against.isPaced ? AT + 1 : AT,
            links: [{ ...OPEN, room: against.isFull ? 0 : 1 }],
            now: against.isOutdated ? NOW + 30_000 : NOW,
          });
          const isFree = Object.values(against).every((each) => !each);
          expect(clearanceOf(item, situation).kind === "use").toBe(isFree);
        },
      ),
    );
  });

  test("never once it was blocked after it was accepted, which it says", () => {
    for (const blockedBy of ["opt-out", "pair-block", "broadcast-cancelled"] as const) {
      const clearance = clearanceOf(anItem({ blockedBy }), aSituation());
      expect(clearance).toMatchObject({ kind: "end", state: "blocked", failure: { code: blockedBy } });
    }
  });

  test("later, when its number's pace or a link is what it waits for", () => {
    expect(clearanceOf(anItem(), aSituation({ numberOpenAt: AT + 250 }))).toEqual({
      kind: "paced",
      until: AT + 250,
    });
    const links = [{ ...OPEN, openAt: AT + 40 }];
    expect(clearanceOf(anItem(), aSituation({ links }))).toEqual({ kind: "wait", until: AT + 40 });
  });

  test("only in its hours, where it advertises, unless some of it has left", () => {
    const hold = {
      since: NOW,
      windows: [
        { from: NOW, until: NOW + 10 },
        { from: NOW + 100, until: NOW + 200 },
      ],
    };
    const at = (now: number, item = anItem({}, { hold })) => clearanceOf(item, aSituation({ now }));
    expect(at(NOW + 9)).toMatchObject({ kind: "use" });
    expect(at(NOW + 10)).toEqual({ kind: "held", until: NOW + 100 });
    expect(at(NOW + 100)).toMatchObject({ kind: "use" });
    expect(at(NOW + 200)).toEqual({ kind: "held", until: NOW + 60_000 });
    expect(at(NOW + 10, Object.assign(anItem({}, { hold }), { partsAccepted: 1 }))).toMatchObject({
      kind: "use",
    });
  });

  test("only after storage was asked once more, when its answer was as long on its way as a quarantine lasts", () => {
    const item = anItem({ askedAt: AT - 30_000 });
    expect(clearanceOf(item, aSituation())).toEqual({ kind: "revalidate" });
    const sooner = anItem({ askedAt: AT - 29_999 });
    expect(clearanceOf(sooner, aSituation())).toMatchObject({ kind: "use" });
  });

  test("only after storage was asked once more, when it was owned for as long as a quarantine lasts", () => {
    expect(clearanceOf(anItem(), aSituation({ now: NOW + 30_000 })).kind).toBe("revalidate");
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveRoute } from "#core/domain/resolve-route.ts";
import { type Route, routesOf } from "#core/domain/route.ts";
import {
  nearInstantArbitrary,
  participantsArbitrary,
  routeArbitrary,
  uuidArbitrary,
} from "#test/support/arbitraries.ts";

describe("the two routes of a conversation", () => {
  test("are each other's way back", () => {
    fc.assert(
      fc.property(uuidArbitrary, participantsArbitrary, (id, participants) => {
        const [there, back] = routesOf(id, participants);
        // A reply goes to the number that the text came from, and comes from whoever got it.
        expect(back.sender).toBe(there.recipient);
        expect(back.virtualNumber).toBe(there.source);
        expect(back.recipient).toBe(there.sender);
        expect(back.source).toBe(there.virtualNumber);
        expect([back.senderId, back.recipientId]).toEqual([there.recipientId, there.senderId]);
      }),
    );
  });

  test("never show a real number as the source, nor lead to a virtual one", () => {
    fc.assert(
      fc.property(uuidArbitrary, participantsArbitrary, (id, participants) => {
        const real = participants.map(({ number }) => number);
        for (const route of routesOf(id, participants)) {
          expect(real).not.toContain(route.source);
          expect(real).toContain(route.recipient);
        }
      }),
    );
  });
});

describe("a text to one of our numbers", () => {
  const isLive = (route: Route, now: number): boolean =>
    route.closedAt === null && (route.expiresAt === null || now < route.expiresAt);

  test("is relayed exactly when its route is live and nothing blocks it", () => {
    fc.assert(
      fc.property(routeArbitrary, nearInstantArbitrary, (route, now) => {
        const { kind } = resolveRoute(route, true, now);
        expect(kind === "relay").toBe(isLive(route, now) && route.blockedBy === null);
        expect(kind === "blocked").toBe(isLive(route, now) && route.blockedBy !== null);
      }),
    );
  });

  test("belongs to the closed conversation in quarantine, and to nobody after it", () => {
    fc.assert(
      fc.property(routeArbitrary, nearInstantArbitrary, (route, now) => {
        fc.pre(route.closedAt !== null);
        const resolution = resolveRoute(route, true, now);
        expect(resolution).toEqual(
          now < route.quarantinedUntil!
            ? { kind: "unroutable", route, reason: "quarantined" }
            : { kind: "unroutable", route: null, reason: "stranger" },
        );
      }),
    );
  });

  test("is a stranger's when nothing was ever routed; to somebody else's number it is not for us", () => {
    expect(resolveRoute(null, true, 0)).toMatchObject({ kind: "unroutable", reason: "stranger" });
    expect(resolveRoute(null, false, 0)).toMatchObject({ kind: "unroutable", reason: "not-our-number" });
  });

  test("comes too late at the very instant at which its conversation expires", () => {
    const [definition] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
    const route = { ...definition!, closedAt: null, quarantinedUntil: null, blockedBy: null, expiresAt: 10 };
    expect(resolveRoute(route, true, 9).kind).toBe("relay");
    expect(resolveRoute(route, true, 10)).toMatchObject({ kind: "unroutable", reason: "closed" });
  });
});

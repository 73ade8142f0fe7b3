import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseLink, type LinkChoice, type LinkView } from "#core/domain/choose-link.ts";
import { nearInstantArbitrary } from "#test/support/arbitraries.ts";

const linksArbitrary: fc.Arbitrary<readonly LinkView[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    kind: fc.constantFrom("smpp" as const, "http" as const),
    up: fc.boolean(),
    room: fc.integer({ min: 0, max: 3 }),
    openAt: nearInstantArbitrary,
  }),
  { selector: ({ name }) => name },
);

const choiceArbitrary: fc.Arbitrary<LinkChoice> = fc.record({
  links: linksArbitrary,
  pinned: fc.option(fc.constantFrom("a", "b", "c", "d")),
  waitedMs: nearInstantArbitrary,
  fallbackAfterMs: nearInstantArbitrary,
  now: nearInstantArbitrary,
});

const usedBy = (choice: LinkChoice): LinkView | null => {
  const chosen = chooseLink(choice);
  return chosen.kind === "use" ? choice.links.find(({ name }) => name === chosen.link)! : null;
};

const isOpen = ({ up, room, openAt }: LinkView, now: number): boolean => up && room > 0 && openAt <= now;

describe("the link for a message", () => {
  test("is always one that can take it now", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const used = usedBy(choice);
        if (used) expect(isOpen(used, choice.now)).toBe(true);
      }),
    );
  });

  test("is the one over which its first parts went, as long as that is up", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const pin = choice.links.find(({ name, up }) => name === choice.pinned && up);
        if (!pin) return;
        expect(usedBy(choice)).toBe(isOpen(pin, choice.now) ? pin : null);
      }),
    );
  });

  test("is the open bind with the most room; HTTP only when none is up, or after a long wait for one", () => {
    fc.assert(
      fc.property(choiceArbitrary, (raw) => {
        const choice = { ...raw, pinned: null };
        const { links, now, waitedMs, fallbackAfterMs } = choice;
        const binds = links.filter(({ kind, up }) => kind === "smpp" && up);
        const openBinds = binds.filter((link) => isOpen(link, now));
        const openHttp = links.filter((link) => link.kind === "http" && isOpen(link, now));
        const used = usedBy(choice);
        if (openBinds.length > 0) {
          expect(used?.kind).toBe("smpp");
          expect(used?.room).toBe(Math.max(...openBinds.map(({ room }) => room)));
        } else if (openHttp.length > 0 && (binds.length === 0 || waitedMs >= fallbackAfterMs)) {
          expect(used?.kind).toBe("http");
        } else {
          expect(used).toBeNull();
        }
      }),
    );
  });

  test("is asked for again no later than when time alone opens one, and never at once", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const chosen = chooseLink(choice);
        if (chosen.kind === "use") return;
        expect(chosen.until ?? choice.now + 1).toBeGreaterThan(choice.now);
        for (let ms = 1; ms <= 30; ms += 1) {
          const later = { ...choice, now: choice.now + ms, waitedMs: choice.waitedMs + ms };
          if (usedBy(later) === null) continue;
          expect(chosen.until).toBeLessThanOrEqual(later.now);
          return;
        }
      }),
    );
  });
});

describe("choosing a link", () => {
  const bind: LinkView = { name: "smpp-1", kind: "smpp", up: true, room: 5, openAt: 0 };
  const http: LinkView = { name: "http", kind: "http", up: true, room: 5, openAt: 0 };
  const choice = { pinned: null, waitedMs: 0, fallbackAfterMs: 1_000, now: 100 };

  test("takes HTTP at once when there is no bind", () => {
    expect(chooseLink({ ...choice, links: [http, { ...bind, up: false }] })).toEqual({
      kind: "use",
      link: "http",
    });
  });

  test("waits for a full bind, but not longer than it must", () => {
    const links = [{ ...bind, room: 0 }, http];
    expect(chooseLink({ ...choice, links })).toEqual({ kind: "wait", until: 1_100 });
    expect(chooseLink({ ...choice, links, waitedMs: 1_000 })).toEqual({ kind: "use", link: "http" });
  });

  test("has nothing to wait for but a change of the links, when all are full or down", () => {
    expect(chooseLink({ ...choice, links: [{ ...bind, room: 0 }] })).toEqual({ kind: "wait", until: null });
  });
});

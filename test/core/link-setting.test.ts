import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeLink, type LinkAction, type LinkSetting } from "#core/domain/link-setting.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const KIND_OF = { "smpp-1": "smpp", "smpp-2": "smpp", http: "http" } as const;

const bound = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
const anAction: fc.Arbitrary<LinkAction> = fc.oneof(
  fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const, "restart" as const) }),
  fc.record({ kind: fc.constant("set" as const), window: bound, rate: bound }),
  fc.record({ kind: fc.constant("set" as const), window: bound }),
  fc.record({ kind: fc.constant("set" as const), rate: bound }),
);
const name = fc.constantFrom(...(Object.keys(KIND_OF) as (keyof typeof KIND_OF)[]));

const after = (known: readonly LinkSetting[], changed: readonly LinkSetting[]): readonly LinkSetting[] => [
  ...known.filter((each) => !changed.some((other) => other.name === each.name)),
  ...changed,
];

describe("what operators say of links", () => {
  test("is told exactly when it changes something, and holds one rate for each account", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, anAction), { maxLength: 20 }), (steps) => {
        let known: readonly LinkSetting[] = [];
        steps.forEach(([name, action], i) => {
          const request = { name, kind: KIND_OF[name], action, by: "ops", at: NOON + i };
          const { setting, changed, event } = changeLink(known, request);
          expect(event === null).toBe(changed.length === 0);
          for (const each of changed) {
            const before = known.find((other) => other.name === each.name);
            expect(each.version).toBe((before?.version ?? 0) + 1);
          }
          known = after(known, changed);
          expect(changeLink(known, { ...request, action: { kind: "set" } }).setting).toEqual(setting);
          if (action.kind !== "restart") expect(changeLink(known, request).event).toBeNull();
          for (const kind of ["smpp", "http"])
            expect(
              new Set(known.filter((each) => each.kind === kind).map(({ rate }) => rate)).size,
            ).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  test("names the key, and what holds from now on", () => {
    const request = { name: "smpp-1", kind: "smpp", by: "night shift", at: NOON } as const;
    expect(changeLink([], { ...request, action: { kind: "set", window: 20 } }).event).toEqual({
      type: "link.changed",
      subject: "smpp-1",
      data: { kind: "smpp", by: "night shift", window: 20, rate: null },
      serviceId: null,
      at: NOON,
    });
  });
});

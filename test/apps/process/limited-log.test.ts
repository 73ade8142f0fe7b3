import fc from "fast-check";
import { expect, test } from "vitest";
import { createLimitedWarnings } from "#apps/process/limited-log.ts";

test("what a peer may send without end is a few lines a minute of each kind, and the rest is counted in one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: fc.constantFrom("a", "b"), ms: fc.nat(3_000) }), { maxLength: 400 }),
      (events) => {
        const lines: { readonly leftOut?: number; readonly at: number; readonly kind: string }[] = [];
        let now = 0;
        const log = { warn: (fields: object) => lines.push({ ...(fields as { kind: string }), at: now }) };
        const warn = createLimitedWarnings(log as Parameters<typeof createLimitedWarnings>[0], () => now);
        for (const { kind, ms } of events) {
          now += ms;
          warn(kind, { kind }, "odd");
        }
        for (const kind of ["a", "b"]) {
          const own = lines.filter((line) => line.kind === kind && line.leftOut === undefined);
          const minutes = 1 + Math.floor(now / 60_000);
          expect(own.length).toBeLessThanOrEqual(5 * minutes);
          const said =
            own.length + lines.reduce((sum, line) => sum + (line.kind === kind ? (line.leftOut ?? 0) : 0), 0);
          expect(said).toBeLessThanOrEqual(events.filter((event) => event.kind === kind).length);
        }
      },
    ),
  );
});

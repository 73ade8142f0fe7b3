import { expect, test } from "vitest";
import { memoryCarrierLink } from "#adapters/memory/carrier-link.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryTimer } from "#adapters/memory/timer.ts";
import { countedLink } from "#apps/process/counted-link.ts";
import { linkReportOf } from "#apps/process/link-report.ts";
import { NOON } from "#test/support/traffic-builders.ts";

test("a link is shown as throttled for as long as the carrier has lately said so, and by what is worse before that", () => {
  const clock = memoryClock(NOON);
  const base = memoryCarrierLink({ clock, timer: memoryTimer(clock), answer: () => ({ kind: "nothing" }) });
  const shown = (throttledAt: number | null) =>
    linkReportOf(countedLink(base), { perSecond: () => 12.34, throttledAt: () => throttledAt }, 20_000);
  expect(shown(null)).toMatchObject({ state: "up", reason: null, rate: 12.3 });
  expect(shown(15_000)).toMatchObject({ state: "degraded", reason: { code: "throttled" } });
  expect(shown(15_000).reason?.detail).toContain("12.3 segments a second");
  expect(shown(10_000)).toMatchObject({ state: "up", reason: null });
  base.change("down");
  expect(shown(15_000)).toMatchObject({ state: "down", reason: null });
});

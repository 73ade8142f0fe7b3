import { THROTTLING_OVER_MS } from "#core/engine/outbound/link-watch.ts";
import type { Pacing } from "#core/engine/outbound/pacing.ts";
import type { LinkHealth } from "#core/ports/carrier-link.ts";
import type { ReportedLink } from "#core/ports/link-reports.ts";
import type { CountedLink } from "./counted-link.ts";

/** A link as it is shown, at a moment of the steady clock. */
export const linkReportOf = (
  link: Pick<CountedLink, "name" | "kind" | "direction" | "status" | "health" | "counts">,
  pacing: Pick<Pacing, "perSecond" | "throttledAt">,
  at: number,
): ReportedLink => {
  const { name, kind, direction } = link;
  const rate = Math.round(pacing.perSecond(kind) * 10) / 10;
  const { sent, throttled } = link.counts();
  const health = throttledHealth(link.health(), pacing.throttledAt(kind), at, rate);
  return { name, kind, direction, ...link.status(), ...health, rate, sent, throttled };
};

/** Of a link that is up although the carrier has lately said "too fast". */
const throttledHealth = (
  health: LinkHealth,
  throttledAt: number | null,
  at: number,
  rate: number,
): LinkHealth => {
  if (health.state !== "up" || throttledAt === null || at - throttledAt >= THROTTLING_OVER_MS) return health;
  const detail = `The carrier says "too fast": ${rate} segments a second leave now. Ask it for more, or lower the rate`;
  return { ...health, state: "degraded", reason: { code: "throttled", name: "throttled", detail } };
};

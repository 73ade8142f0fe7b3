import type { ReconnectTimes } from "#adapters/smpp/session/reconnect.ts";
import type { SessionTimes } from "#adapters/smpp/session/settings.ts";
import type { LeakAction } from "#core/domain/leak-guard.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import type { LimitRule } from "#core/domain/text-limits.ts";
import type { Random } from "./random.ts";

/** The rules of the simulated house: everything is short, so that whole lives fit into minutes of virtual time. */
export const SETTINGS = {
  /** When the world begins, in milliseconds since 1970. */
  epoch: 1_800_000_000_000,
  messageTtlMs: 60_000,
  /** Shorter than a text may stay in one hand: it has to be looked at again. */
  quarantineMs: 8_000,
  fallbackAfterMs: 10_000,
  leaseMs: 12_000,
  heartbeatMs: 3_000,
  sweepMs: 5_000,
  /** Every how many sweeps what is rare is looked for. */
  pruneEvery: 3,
  partsTimeoutMs: 20_000,
  receiptGraceMs: 15_000,
  smppRate: 50,
  httpRate: 30,
  window: 4,
  /** Clocks of processes may be this far from the truth. */
  skewMaxMs: 2_000,
} as const;

export const SESSION_TIMES: SessionTimes = {
  connectMs: 2_000,
  tlsMs: 2_000,
  bindMs: 2_000,
  enquireMs: 10_000,
  enquireAnswerMs: 3_000,
  responseMs: 4_000,
  lateMs: 20_000,
  stallMs: 10_000,
  faultDrainMs: 2_000,
  pduReadMs: 2_000,
  confirmDelayMs: 100,
  confirmMs: 1_000,
  unbindMs: 1_000,
};

export const RECONNECT: Partial<ReconnectTimes> = { firstMs: 500, mostMs: 4_000, steadyMs: 10_000 };

/**
 * The world begins at eight in the morning of London, where all people of these worlds are who are sent what advertises: in some it is too
 * early for that during the first minute, in others too late after it.
 */
export const QUIET_HOURS = [
  {
    rule: { from: "07:50", to: "08:01", days: [] },
    open: { opensAt: 60_000, closesAt: Number.POSITIVE_INFINITY },
  },
  { rule: { from: "08:01", to: "08:00", days: [] }, open: { opensAt: 0, closesAt: 60_000 } },
] as const;

/**
 * In some worlds what somebody texts beyond this leaves later; people flood each other there now and then. Nobody lives there for so long that
 * they text as much as a day allows, or shows a link: whoever is held or blocked for that was counted wrong.
 */
export const LIMITS: LimitRule = {
  ...{ perMinute: 5, perHour: 1_000, perDay: 400, sameTextTo: null, sameLinkTo: 2 },
  action: "hold",
};

/** How often somebody texts at once: mostly once. */
export const floodOf = (random: Random): number => (random.chance(0.1) ? random.int(5, 18) : 1);

/** The same of somebody who reaches nobody. */
export const strangersFloodOf = (random: Random): number => (random.chance(0.15) ? random.int(15, 40) : 1);

/** The second service lets its texts live and its pairs rest for other times than the house, and tells people how their texts fare. */
export const SECOND_RULES = {
  messageTtlMs: SETTINGS.messageTtlMs / 2,
  quarantineMs: SETTINGS.quarantineMs / 2,
  /** Some links are away for longer. */
  delayNoticeAfterMs: 10_000,
};

/** How long a service keeps its pairs from strangers. */
export const quarantineOf = (serviceId: string): number =>
  serviceId === DEFAULT_SERVICE_ID ? SETTINGS.quarantineMs : SECOND_RULES.quarantineMs;

/** The second service also looks after telephone numbers in its texts. */
export const secondRules = (phone: LeakAction): ServiceRules => ({
  ...SECOND_RULES,
  notDelivered: true,
  leaks: { phone, email: "off", link: "off", handle: "off", warn: true },
});

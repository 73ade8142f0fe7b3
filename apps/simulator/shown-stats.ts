import type { Smsc } from "#apps/simulator/smsc/smsc.ts";
import type { CustomerContext } from "./context.ts";
import type { Inbound } from "./inbound.ts";

/** What `GET /stats` shows: the counters, and what is under way at this moment. */
export const shownStats = ({ stats, handsets, webhooks }: CustomerContext, texts: Inbound, center: Smsc) => ({
  smpp: {
    ...stats.smpp,
    bound: center.boundNow(),
    peakPerSecond: stats.arrivals.smpp.peak(),
    pending: center.pending(),
  },
  http: { ...stats.http, peakPerSecond: stats.arrivals.http.peak(), pending: webhooks.pending() },
  handsets: { ...stats.handsets, waiting: texts.waiting(), incomplete: handsets.incomplete() },
  toVirtual: stats.smpp.toVirtual + stats.http.toVirtual,
  duplicates: stats.smpp.duplicates + stats.http.duplicates,
});

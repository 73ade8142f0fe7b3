import { type PeakMeter, peakMeter } from "./rate-limit.ts";

export type LinkKind = "smpp" | "http";

/** What went over one kind of link since the start, or since the counters were set back. */
export interface LinkCounters {
  /** Messages that customers handed in, each part for itself. */
  submits: number;
  accepted: number;
  throttled: number;
  refused: number;
  /** Taken, but never answered: muted, or the link was cut first. */
  unanswered: number;
  /** Texts of handsets, each part and each try for itself. */
  delivers: number;
  /** ... acknowledged by the customer for good. */
  acks: number;
  /** ... to be tried again. */
  retries: number;
  /** ... given up, or refused for good. */
  lost: number;
  /** Delivery receipts, each try for itself. */
  receipts: number;
  receiptAcks: number;
  receiptsLost: number;
  /** Messages that repeat the words of an earlier one from the same sender to the same handset. */
  duplicates: number;
  /** Messages sent to a rented number, which no handset will ever show. */
  toVirtual: number;
}

export interface SmppCounters extends LinkCounters {
  binds: number;
  bindsRefused: number;
  linksCut: number;
  garbage: number;
  malformed: number;
  /** Parts of one text that came over different connections. */
  strayParts: number;
}

export interface Stats {
  readonly smpp: SmppCounters;
  readonly http: LinkCounters;
  readonly handsets: { sent: number; received: number };
  readonly arrivals: Readonly<Record<LinkKind, PeakMeter>>;
  readonly reset: () => void;
}

export const stats = (): Stats => {
  const smpp = { ...newCounters(), ...newSmppCounters() };
  const http = newCounters();
  const handsets = { sent: 0, received: 0 };
  const arrivals = { smpp: peakMeter(), http: peakMeter() };
  return {
    smpp,
    http,
    handsets,
    arrivals,
    reset: () => {
      Object.assign(smpp, newCounters(), newSmppCounters());
      Object.assign(http, newCounters());
      Object.assign(handsets, { sent: 0, received: 0 });
      arrivals.smpp.reset();
      arrivals.http.reset();
    },
  };
};

const newCounters = (): LinkCounters => ({
  submits: 0,
  accepted: 0,
  throttled: 0,
  refused: 0,
  unanswered: 0,
  delivers: 0,
  acks: 0,
  retries: 0,
  lost: 0,
  receipts: 0,
  receiptAcks: 0,
  receiptsLost: 0,
  duplicates: 0,
  toVirtual: 0,
});

const newSmppCounters = () => ({
  binds: 0,
  bindsRefused: 0,
  linksCut: 0,
  garbage: 0,
  malformed: 0,
  strayParts: 0,
});

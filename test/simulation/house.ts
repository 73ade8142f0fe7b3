/** The rules of the simulated house: everything is short, so that whole lives fit into minutes of virtual time. */
export const HOUSE = {
  /** When the world begins, in milliseconds since 1970. */
  epoch: 1_800_000_000_000,
  messageTtlMs: 120_000,
  quarantineMs: 60_000,
  fallbackAfterMs: 10_000,
  leaseMs: 12_000,
  heartbeatMs: 3_000,
  sweepMs: 5_000,
  partsTimeoutMs: 40_000,
  receiptGraceMs: 60_000,
  smppRate: 50,
  httpRate: 30,
  window: 4,
  /** Clocks of processes may be this far from the truth. */
  skewMaxMs: 2_000,
} as const;

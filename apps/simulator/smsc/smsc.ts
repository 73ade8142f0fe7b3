import type { InboundWay } from "../inbound.ts";
import type { CustomerWorld } from "../world.ts";

/** The SMPP half of the carrier. */
export interface Smsc {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly ports: () => readonly number[];
  readonly way: InboundWay;
  /** Resolves when a receiver of this system type is bound, or when everything stops. */
  readonly bound: (systemType: string) => Promise<void>;
  readonly boundNow: () => number;
  readonly pending: () => number;
  readonly cutLinks: () => void;
}

export const smsc = (world: CustomerWorld): Smsc => ({
  start: async () => {},
  stop: async () => {},
  ports: () => [0],
  way: { bring: async () => false },
  bound: () => world.timers.pause(1_000),
  boundNow: () => 0,
  pending: () => 0,
  cutLinks: () => {},
});

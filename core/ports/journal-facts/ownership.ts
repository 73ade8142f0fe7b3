import type { LevelsOf } from "./level.ts";

/** Which process sends what. */
export interface OwnershipFacts {
  /** Others had declared this process expired: what it had in hand is theirs, and it begins anew as `dispatcher`. */
  readonly fenced: { readonly dispatcher: string; readonly messages: number };
  /** Storage has not answered in time: nothing is sent until it does. */
  readonly leaseLost: { readonly dispatcher: string };
  readonly leaseRegained: { readonly dispatcher: string; readonly lostMs: number };
  readonly partitionsTaken: { readonly partitions: number; readonly owned: number };
  readonly partitionsHandedOver: {
    readonly partitions: number;
    readonly messages: number;
    readonly tookMs: number;
  };
  /** Other processes were silent and are expired; what they had in hand is queued again. */
  readonly messagesRecovered: { readonly dispatchers: number; readonly messages: number };
}

export const OWNERSHIP_LEVELS: LevelsOf<OwnershipFacts> = {
  fenced: "warn",
  leaseLost: "warn",
  leaseRegained: "warn",
  partitionsTaken: "info",
  partitionsHandedOver: "info",
  messagesRecovered: "warn",
};

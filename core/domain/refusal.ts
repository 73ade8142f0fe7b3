import type { Block } from "./block.ts";
import type { LeakRefusal } from "./leak-guard.ts";
import type { PolicyRefusal } from "./policy.ts";
import type { Unreadable } from "./readable.ts";
import type { UnroutableReason } from "./resolve-route.ts";
import type { LimitRefusal } from "./text-limits.ts";

/** Why an inbound message goes no further. */
export type Refusal =
  | { readonly kind: "unroutable"; readonly reason: UnroutableReason }
  /** `loop`: two machines answer each other. */
  | { readonly kind: "blocked"; readonly reason: Block | "loop" | PolicyRefusal | LeakRefusal | LimitRefusal }
  | { readonly kind: "failed"; readonly reason: Unreadable };

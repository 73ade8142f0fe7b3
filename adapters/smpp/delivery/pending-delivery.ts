import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import type { Due } from "./answer-deadline.ts";
import type { Occurrence } from "./redelivery.ts";

/** A delivery until it is answered. */
export interface PendingDelivery extends Due<PendingDelivery> {
  /** On the clock that the core keeps, in milliseconds of Unix time. */
  readonly receivedAt: number;
  /** Its key is another text's; whether it is a redelivery of that one is being found out. */
  checkingDuplicate: Occurrence | null;
  /** Put off while it was being written. */
  isLate: boolean;
  /** Put off, and nothing of it is written. */
  isAbandoned: boolean;
}

export const createPendingDelivery = (delivery: Delivery, receivedAt: number): PendingDelivery => ({
  delivery,
  receivedAt,
  checkingDuplicate: null,
  isLate: false,
  isAbandoned: false,
  previous: null,
  next: null,
  isLinked: false,
});

import type { KnownKey, Resolution } from "#core/domain/redelivery.ts";
import type { Inbound } from "#core/ports/inbound.ts";
import type { SentMatch } from "#core/ports/reconciliation.ts";

/** Where texts and receipts go. */
export interface InboundSink extends Pick<Inbound, "offer" | "offerReceipt"> {
  /** What is known of each key; null: not now. */
  readonly checkDuplicate: (keys: readonly string[]) => Promise<readonly KnownKey[] | null>;
  /**
   * Takes the unconfirmed key of a recognised redelivery away from all processes. `false`: another one has recognised it before; null:
   * not now. `at`: when the redelivery came, in milliseconds of Unix time. `instead`: one who recognised it and has died.
   */
  readonly resolveUnconfirmed: (
    key: string,
    at: number,
    instead: Resolution | null,
  ) => Promise<boolean | null>;
  /** Whether a message with one of these ids was sent from the number `source` to `destination`; null: not now. */
  readonly matchSent: (
    carrierIds: readonly string[],
    source: string,
    destination: string,
  ) => Promise<SentMatch | null>;
}

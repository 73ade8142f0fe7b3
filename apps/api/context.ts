import type { CountedLink } from "#apps/process/counted-link.ts";
import type { HttpMeasures } from "#apps/process/metrics/http-measures.ts";
import type { Pacing } from "#core/engine/outbound/pacing.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { NumberMarket } from "#core/ports/number-market.ts";
import type { Signer } from "#core/ports/signer.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import type { ApiKey } from "./authentication.ts";

/** What the API needs of the world. */
export interface ApiPorts {
  readonly storage: Storage;
  readonly insight: NumberInsight;
  readonly market: NumberMarket;
  /** The links of this process; none where another process sends. */
  readonly links: readonly Pick<
    CountedLink,
    "name" | "kind" | "direction" | "status" | "health" | "counts"
  >[];
  readonly pacing: Pick<Pacing, "perSecond" | "throttledAt">;
  /** The process is ending. */
  readonly isDraining: () => boolean;
  /** Aborted when the process begins to end. */
  readonly draining: AbortSignal;
  readonly webhookSender: WebhookSender;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly journal: Journal;
  /** Null: nothing is signed. */
  readonly signer: Signer | null;
  readonly http: HttpMeasures;
  readonly metrics: ServedMetrics;
}

/** What Prometheus reads. */
export interface ServedMetrics {
  read(): Promise<string>;
  /** Whether they are shown without a key: nobody reaches this process from outside. */
  readonly isOpen: boolean;
}

/** The rules of the house. */
export interface ApiOptions {
  readonly apiKeys: readonly ApiKey[];
  readonly messageTtlMs: number;
  readonly quarantineMs: number;
  /** After so long without a text of theirs, a real number may be somebody else's. */
  readonly reassignAfterMs: number;
  /** For conversations that do not say; null: none. */
  readonly conversationTtlMs: number | null;
  readonly idleTtlMs: number | null;
  /** How many numbers may be rented on the fly, by country. */
  readonly rentCountries: ReadonlyMap<string, number>;
  /** Segments of a day that intros, texts that advertise and broadcasts may take; null: any number. */
  readonly spendCap: number | null;
  /** Requests a second of one key, in this process; null: no bound. */
  readonly apiRate: number | null;
}

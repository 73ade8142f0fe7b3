import type { LoggedEvent } from "#core/domain/event.ts";
import type { AttemptOutcome } from "#core/domain/webhooks/attempt.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import type { Webhooks } from "#core/ports/webhooks.ts";

/** What sending to applications needs of the world. */
export interface WebhookPorts {
  readonly webhooks: Webhooks;
  readonly events: Pick<Events, "read" | "onNews">;
  readonly sender: Pick<WebhookSender, "post">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly chance: Chance;
  readonly journal: Pick<
    Journal,
    | "webhookFailing"
    | "webhookRecovered"
    | "webhookDisabled"
    | "webhookGivenUp"
    | "webhookEventsMissed"
    | "bugFound"
  >;
  /** The body of a delivery; `withText`: also what a message says. */
  readonly render: (event: LoggedEvent, withText: boolean) => Promise<string>;
  /** Hears of each attempt. */
  readonly observe: (outcome: AttemptOutcome) => void;
}

/** By which one process sends. */
export interface HeldLease {
  /** The name of the process. */
  readonly process: string;
  /** Whether it may still send: its leases have been prolonged in time. */
  readonly isHeld: () => boolean;
}

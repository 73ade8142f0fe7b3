import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { DeliverySource } from "./delivery-source.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import type { SendWindow } from "./send-window.ts";
import type { HeldLease, WebhookPorts } from "./sender-context.ts";
import type { UnsavedResults } from "./unsaved-results.ts";

/** Between two times of saving. */
const SAVE_MS = 200;

/** Stores how far the deliveries to one endpoint have come, and what has become of them. */
export interface ProgressSaver {
  /** In how many milliseconds it shall be saved, 0 and less: now; null: there is nothing to save. */
  saveIn(): number | null;
  /**
   * What happens while this is being saved is saved the next time. `over`: the lease is lost, or the endpoint is disabled.
   * @throws StorageUnavailable: nothing is known to be saved, and all of it is saved the next time.
   */
  save(): Promise<"goes-on" | "over">;
}

interface Parts {
  readonly window: SendWindow;
  readonly source: DeliverySource;
  readonly health: EndpointHealth;
  readonly unsaved: UnsavedResults;
}

export const createProgressSaver = (
  endpoint: WebhookEndpoint,
  lease: HeldLease,
  { window, source, health, unsaved }: Parts,
  { webhooks, clock, journal }: Pick<WebhookPorts, "webhooks" | "clock" | "journal">,
): ProgressSaver => {
  let saved = { cursor: endpoint.cursor, breaker: endpoint.breaker };
  let savedAt = clock.elapsed();

  const isUnsaved = (): boolean =>
    !unsaved.isEmpty ||
    health.disable !== null ||
    saved.cursor !== window.cursor ||
    saved.breaker !== health.breaker;

  return {
    saveIn: () => (isUnsaved() ? savedAt + SAVE_MS - clock.elapsed() : null),
    save: async () => {
      if (!isUnsaved()) return "goes-on";
      const { breaker, lastDeliveredAt, disable } = health;
      const current = { cursor: window.cursor, breaker };
      const results = unsaved.take();
      const failed = [...results.failed.values()];
      savedAt = clock.elapsed();
      const outcome = await webhooks
        .save({
          process: lease.process,
          endpointId: endpoint.id,
          version: endpoint.version,
          ...current,
          lastDeliveredAt,
          failed,
          ended: [...results.ended],
          attempts: results.attempts,
          disable,
        })
        .catch((error: unknown) => {
          unsaved.putFirst(results);
          throw error;
        });
      saved = current;
      source.saved(
        failed.map(({ dueAt }) => dueAt),
        results.ended.size,
      );
      if (outcome === "lost") return "over";
      if (disable === null) return "goes-on";
      journal.webhookDisabled({ endpointId: endpoint.id, reason: disable });
      return "over";
    },
  };
};

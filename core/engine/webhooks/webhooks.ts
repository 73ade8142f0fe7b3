import { StorageUnavailable } from "#core/ports/storage.ts";
import { type EndpointSender, startEndpointSender } from "./endpoint-sender.ts";
import type { WebhookPorts } from "./sender-context.ts";

/** An endpoint whose process is silent for so long is taken over. */
export const LEASE_MS = 15_000;
/** How often leases are prolonged, and changes of endpoints are seen. */
export const BEAT_MS = 1_000;
/** Where there is no endpoint to send to, so many times longer until the next look for one. */
const AT_REST = 2;

export interface WebhookEngine {
  /** How far behind each endpoint of this process is: see {@link EndpointSender.backlogMs}. */
  backlogs(): ReadonlyMap<string, number>;
  /** Finishes what is on its way, and gives the endpoints up to others. */
  stop(): Promise<void>;
}

export interface WebhookEngineOptions {
  readonly leaseMs?: number;
  readonly beatMs?: number;
}

/**
 * Sends events to the endpoints that this process has a lease on; `id` names the process. One process at a time sends to an endpoint. A
 * process that is killed leaves what it has not kept yet, which the next one sends again under the same `webhook-id`.
 */
export const startWebhooks = (
  ports: WebhookPorts,
  id: string,
  { leaseMs = LEASE_MS, beatMs = BEAT_MS }: WebhookEngineOptions = {},
): WebhookEngine => {
  const { webhooks, events, clock, timer, journal } = ports;
  const senders = new Map<string, EndpointSender>();
  let leasedUntil = Number.NEGATIVE_INFINITY;
  let isStopping = false;
  let cancelBeat = (): void => {};
  let beating: Promise<void> = Promise.resolve();
  const lease = { process: id, isHeld: () => clock.elapsed() < leasedUntil };

  const renew = async (): Promise<void> => {
    const askedAt = clock.elapsed();
    const leased = await webhooks.lease(id, leaseMs);
    leasedUntil = askedAt + leaseMs;
    const versions = new Map(leased.map(({ endpoint }) => [endpoint.id, endpoint.version]));
    // A sender that stops is gone at one of the next beats, and then another one begins from what is stored.
    for (const [endpointId, sender] of senders)
      if (versions.get(endpointId) !== sender.endpoint.version) void sender.stop();
    for (const each of leased) {
      const endpointId = each.endpoint.id;
      if (senders.has(endpointId) || isStopping) continue;
      senders.set(
        endpointId,
        startEndpointSender(each, lease, ports, () => senders.delete(endpointId)),
      );
    }
  };

  const beat = async (): Promise<void> => {
    const wasLeased = lease.isHeld();
    try {
      await renew();
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) journal.bugFound({ where: "webhooks", error });
    }
    if (!wasLeased) for (const sender of senders.values()) sender.wake();
    if (isStopping) return;
    cancelBeat = timer.after(senders.size === 0 ? AT_REST * beatMs : beatMs, () => {
      beating = beat();
    });
  };

  const stopListening = events.onNews(() => {
    for (const sender of senders.values()) sender.wake();
  });
  beating = beat();

  return {
    backlogs: () => new Map([...senders].map(([endpointId, sender]) => [endpointId, sender.backlogMs()])),
    stop: async () => {
      isStopping = true;
      cancelBeat();
      stopListening();
      await beating;
      await Promise.all([...senders.values()].map((sender) => sender.stop()));
      // Where storage is away the leases end by themselves.
      await webhooks.release(id).catch(() => {});
    },
  };
};

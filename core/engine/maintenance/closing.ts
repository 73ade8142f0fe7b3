import { endOf } from "#core/domain/conversation.ts";
import { rulesOf } from "#core/ports/services.ts";
import { type MaintenanceOptions, type MaintenancePorts, SWEEP_MAX } from "./context.ts";

/** Closes the conversations that have ended by their time to live or by silence, and puts their pairs in quarantine. */
export const closeEnded = async (
  { storage }: MaintenancePorts,
  options: MaintenanceOptions,
  now: number,
): Promise<void> => {
  const rules = rulesOf(storage.services, { quarantineMs: options.quarantineMs });
  for (const conversation of await storage.conversations.due(now, SWEEP_MAX)) {
    const end = endOf(conversation);
    const isIdle = end?.reason === "idle" && conversation.idleTtlMs !== null;
    if (!end || end.at > now) continue;
    const { quarantineMs } = await rules(conversation.serviceId);
    await storage.conversations.close({
      id: conversation.id,
      reason: end.reason,
      at: now,
      // breakage: close-without-quarantine
      quarantinedUntil: now + quarantineMs,
      // breakage: close-what-is-not-idle
      unlessTextedAfter: isIdle ? now - conversation.idleTtlMs : null,
    });
  }
};

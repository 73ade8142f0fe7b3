import type { ConsoleOptions } from "#apps/api/console/console-options.ts";
import type { ApiOptions } from "#apps/api/context.ts";
import { DAY_MS, type Settings } from "#apps/process/settings/settings.ts";
import type { EngineOptions } from "#core/engine/engine.ts";

/** What the settings mean for the engine. */
export const engineRules = (settings: Settings): Omit<EngineOptions, "kind"> => ({
  accountRates: { http: settings.httpRate, smpp: settings.smppRate },
  messageTtlMs: settings.messageTtlMs,
  fallbackAfterMs: settings.fallbackAfterMs,
  quarantineMs: settings.quarantineMs,
  textRetentionMs: settings.textRetentionDays === undefined ? null : settings.textRetentionDays * DAY_MS,
  messageRetentionMs:
    settings.messageRetentionDays === undefined ? null : settings.messageRetentionDays * DAY_MS,
  eventRetentionMs: settings.eventRetentionMs,
  spendCap: settings.spendCap ?? null,
});

/** What the settings mean for the API. */
export const apiRules = (settings: Settings): ApiOptions => ({
  apiKeys: settings.apiKeys,
  messageTtlMs: settings.messageTtlMs,
  quarantineMs: settings.quarantineMs,
  reassignAfterMs: settings.reassignAfterMs,
  conversationTtlMs: settings.conversationTtlMs ?? null,
  idleTtlMs: settings.idleTtlMs ?? null,
  rentCountries: settings.rentCountries,
  apiRate: settings.apiRate ?? null,
  spendCap: settings.spendCap ?? null,
});

/** What the settings mean for the console. */
export const consoleRules = (settings: Settings): ConsoleOptions => ({
  encryptionKeys: settings.encryptionKeys,
  isHttps: settings.publicUrl.startsWith("https:"),
  sandbox: null,
});

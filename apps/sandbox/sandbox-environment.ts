import type { Environment } from "#apps/process/settings/settings.ts";

/**
 * What a sandbox takes of its environment. Everything else may be of a deployment beside it (its database, carrier account and
 * keys), which a sandbox never touches: a new setting is not taken unless it is named here.
 */
const TAKEN: ReadonlySet<string> = new Set([
  "HOST",
  "PORT",
  "DATA_DIR",
  "SANDBOX_DATABASE_URL",
  "SIMULATOR_PORT",
  "SIMULATOR_SMPP_PORT",
  "ALLOW_UNSIGNED_WEBHOOKS",
  "HTTP_RATE",
  "SMPP_RATE",
  "SMPP_WINDOW",
  "SMPP_BIND",
  "FALLBACK_AFTER",
  "QUARANTINE",
  "REASSIGN_AFTER",
  "CONVERSATION_TTL",
  "IDLE_TTL",
  "MESSAGE_TTL",
  "TEXT_RETENTION_DAYS",
  "MESSAGE_RETENTION_DAYS",
  "RENT_COUNTRIES",
  "WEBHOOK_NETWORKS",
  "LOG_LEVEL",
  "DRAIN_TIMEOUT",
]);

export interface SandboxEnvironment {
  readonly environment: Environment;
  /** One line, when settings of a deployment are left out; otherwise empty. */
  readonly warnings: readonly string[];
}

/** `known`: the names of all settings. */
export const sandboxEnvironment = (env: Environment, known: readonly string[]): SandboxEnvironment => {
  const settings = new Set(known);
  const isSet = (name: string): boolean => (env[name] ?? "").trim() !== "";
  const left = known.filter((name) => isSet(name) && !TAKEN.has(name));
  return {
    // What is no setting stays, so that a misspelt one is still noticed.
    environment: Object.fromEntries(
      Object.entries(env).filter(([name]) => TAKEN.has(name) || !settings.has(name)),
    ),
    warnings: left.length === 0 ? [] : [`The sandbox leaves these to a deployment: ${left.join(", ")}`],
  };
};

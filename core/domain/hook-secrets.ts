import type { HookAddress } from "./policy.ts";
import type { ServiceRules } from "./service-rules.ts";

/** The rules that are asked of an app, each with a secret of its own. */
export const HOOKS = ["beforeRelay", "outOfSession"] as const satisfies readonly (keyof ServiceRules)[];

export type HookName = (typeof HOOKS)[number];

/** By hook; only those that have one. */
export type HookSecrets = Readonly<Partial<Record<HookName, string>>>;

export const secretsIn = (rules: ServiceRules): HookSecrets =>
  Object.fromEntries(HOOKS.flatMap((name) => (rules[name]?.secret ? [[name, rules[name].secret]] : [])));

/** The same rules, with these secrets and no other. */
export const withSecrets = (rules: ServiceRules, secrets: HookSecrets): ServiceRules => {
  const hooks = HOOKS.flatMap((name) => {
    const hook: HookAddress | null | undefined = rules[name];
    return hook ? [[name, { ...hook, secret: secrets[name] ?? null }]] : [];
  });
  return hooks.length === 0 ? rules : { ...rules, ...Object.fromEntries(hooks) };
};

import { HOOKS } from "#core/domain/hook-secrets.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import { type Canonical, canonicalJson } from "./canonical-json.ts";

/** `secret`: a hook is asked where it was, with another secret. */
export type RuleChange = "added" | "changed" | "removed" | "secret";

/** What of the rules of a service has changed, by the names that callers know, and never to what: addresses and wordings are nobody's business but the service's. */
export const changedRules = (
  before: ServiceRules,
  after: ServiceRules,
): Readonly<Record<string, RuleChange>> => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof ServiceRules)[];
  return Object.fromEntries(
    names.toSorted().flatMap((name) => {
      const change = changeOf(before, after, name);
      // Durations are named without their unit outside.
      return change === null ? [] : [[name.replace(/Ms$/, ""), change]];
    }),
  );
};

const changeOf = (before: ServiceRules, after: ServiceRules, name: keyof ServiceRules): RuleChange | null => {
  const [had, has] = [before[name] ?? null, after[name] ?? null];
  if (textOf(had) === textOf(has)) return null;
  if (had === null) return "added";
  if (has === null) return "removed";
  const isHook = HOOKS.some((hook) => hook === name);
  return isHook && textOf(withoutSecret(had)) === textOf(withoutSecret(has)) ? "secret" : "changed";
};

/** Two that say the same are the same, in whatever order. */
const textOf = (rule: unknown): string => canonicalJson((rule ?? null) as Canonical);

const withoutSecret = (rule: unknown): unknown => ({ ...(rule as object), secret: null });

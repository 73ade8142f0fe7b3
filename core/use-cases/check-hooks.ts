import { HOOKS, type HookName, type HookSecrets, withSecrets } from "#core/domain/hook-secrets.ts";
import { mayCarryTexts } from "#core/domain/policy.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";

/** Why a hook cannot be asked. */
export type HookRefusal = { readonly kind: "hook-refused"; readonly hook: HookName } & (
  | { readonly why: "invalid-url"; readonly reason: string }
  /** It is in a private network that no setting names. */
  | { readonly why: "blocked-url" }
  /** Texts go over https alone. */
  | { readonly why: "needs-https" }
  | { readonly why: "needs-secret" }
);

/** The rules with the secrets of hooks that keep the one that they `had`, or why they cannot be gone by. */
export const checkHooks =
  ({ sender }: { readonly sender: Pick<WebhookSender, "check"> }) =>
  async (rules: ServiceRules, had: HookSecrets): Promise<ServiceRules | HookRefusal> => {
    const secrets: Partial<Record<HookName, string>> = {};
    for (const hook of HOOKS) {
      const rule = rules[hook];
      if (!rule) continue;
      const refused = { kind: "hook-refused", hook } as const;
      const address = await sender.check(rule.url);
      if (address.kind === "invalid") return { ...refused, why: "invalid-url", reason: address.reason };
      if (!mayCarryTexts(rule.url)) return { ...refused, why: "needs-https" };
      if (address.kind === "blocked") return { ...refused, why: "blocked-url" };
      const secret = rule.secret ?? had[hook];
      if (secret === undefined) return { ...refused, why: "needs-secret" };
      secrets[hook] = secret;
    }
    return withSecrets(rules, secrets);
  };

export const isHookRefusal = (outcome: ServiceRules | HookRefusal): outcome is HookRefusal =>
  "kind" in outcome;

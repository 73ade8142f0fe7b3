import { HOOKS, secretsIn } from "#core/domain/hook-secrets.ts";
import type { Service } from "#core/domain/service.ts";
import type { ServiceChange, Services } from "#core/ports/services.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import { checkHooks, type HookRefusal, isHookRefusal } from "./check-hooks.ts";

export interface ChangeServicePorts {
  readonly services: Pick<Services, "get" | "change">;
  readonly sender: Pick<WebhookSender, "check">;
}

/** Others change the service while it is being changed: so often it is read again. */
const READ_MAX = 5;

/**
 * Changes the name or the rules of a service; what runs in it goes by them within seconds. A hook without a secret keeps the one that it
 * has. Null: there is no such service.
 */
export const changeService = ({ services, sender }: ChangeServicePorts) => {
  const check = checkHooks({ sender });
  return async (
    id: string,
    change: ServiceChange,
  ): Promise<Service | "version-mismatch" | HookRefusal | null> => {
    const { rules: asked, versions } = change;
    if (!asked || !HOOKS.some((hook) => asked[hook])) return services.change(id, change);
    for (let read = 1; ; read += 1) {
      const service = await services.get(id);
      if (service === null) return null;
      if (versions && !versions.includes(service.version)) return "version-mismatch";
      const rules = await check(asked, secretsIn(service.rules));
      if (isHookRefusal(rules)) return rules;
      const changed = await services.change(id, { ...change, rules, versions: [service.version] });
      if (changed !== "version-mismatch" || versions || read === READ_MAX) return changed;
    }
  };
};

import type { Service } from "#core/domain/service.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NewService, Services } from "#core/ports/services.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import { checkHooks, type HookRefusal, isHookRefusal } from "./check-hooks.ts";

export interface AddServicePorts {
  readonly services: Pick<Services, "add">;
  readonly sender: Pick<WebhookSender, "check">;
  readonly clock: Clock;
}

/** Adds a service. `ids` are those of this request: repeated with the same ids, it is done once. */
export const addService = ({ services, sender, clock }: AddServicePorts) => {
  const check = checkHooks({ sender });
  return async (
    service: Pick<NewService, "slug" | "name" | "rules">,
    ids: Ids,
  ): Promise<Service | "slug-in-use" | "too-many" | HookRefusal> => {
    const rules = await check(service.rules, {});
    if (isHookRefusal(rules)) return rules;
    return services.add({ ...service, rules, id: ids.next(), at: clock.now() });
  };
};

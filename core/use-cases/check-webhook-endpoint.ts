import { typesOf } from "#core/domain/event.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";

export interface EndpointInput {
  readonly url: string;
  /** Types, or patterns such as `message.*`. */
  readonly events: readonly string[];
  readonly include: readonly "text"[];
}

export type EndpointRefusal =
  /** `reason` completes "url …". */
  | { readonly kind: "invalid-url"; readonly reason: string }
  /** It is in a private network that no setting names. */
  | { readonly kind: "blocked-url" }
  /** `index`: of the pattern that means no event. */
  | { readonly kind: "unknown-type"; readonly index: number }
  /** Texts go over https alone. */
  | { readonly kind: "needs-https" };

/** Why nothing can be delivered like this; null: it can. */
export const checkWebhookEndpoint =
  ({ sender }: { readonly sender: Pick<WebhookSender, "check"> }) =>
  async ({ url, events, include }: EndpointInput): Promise<EndpointRefusal | null> => {
    const index = events.findIndex((pattern) => typesOf(pattern).length === 0);
    if (index !== -1) return { kind: "unknown-type", index };
    const address = await sender.check(url);
    if (address.kind === "invalid") return { kind: "invalid-url", reason: address.reason };
    if (include.includes("text") && !/^https:/i.test(url)) return { kind: "needs-https" };
    return address.kind === "blocked" ? { kind: "blocked-url" } : null;
  };

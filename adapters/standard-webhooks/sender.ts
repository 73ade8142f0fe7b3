import { ANSWER_MAX } from "#core/domain/webhooks/attempt.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import { checkAddress } from "./address.ts";
import { hostOf, type Lookup, systemLookup } from "./family.ts";
import { networkFilter } from "./networks.ts";
import { createPoster } from "./poster.ts";
import { newSecret } from "./signature.ts";

/** An application has so long to answer. */
const TIMEOUT_MS = 15_000;

export interface WebhookSenderOptions {
  /** Private networks to which something may be sent, as valid CIDR. */
  readonly networks: readonly string[];
  readonly timeoutMs?: number;
  /** Absent: that of the system. */
  readonly lookup?: Lookup;
}

export interface OpenWebhookSender extends WebhookSender {
  /** Lets go of idle connections. */
  close(): void;
}

/**
 * Hands events to applications over HTTP. Redirections are not followed, and private addresses are refused at each attempt, on the address
 * that is connected.
 */
export const openWebhookSender = ({
  networks,
  timeoutMs = TIMEOUT_MS,
  lookup = systemLookup,
}: WebhookSenderOptions): OpenWebhookSender => {
  const filter = networkFilter(networks);
  const post = createPoster(filter, lookup);

  return {
    post: (delivery) => post(delivery, { timeoutMs, answerMax: ANSWER_MAX }),
    check: async (text) => {
      const address = checkAddress(text);
      if (address.kind !== "fine") return address;
      // A name that has no address yet is no reason to refuse it: each attempt looks again.
      const addresses = await lookup(hostOf(new URL(text))).catch(() => []);
      return addresses.every((each) => filter.allows(each.address)) ? { kind: "fine" } : { kind: "blocked" };
    },
    newSecret,
    close: filter.close,
  };
};

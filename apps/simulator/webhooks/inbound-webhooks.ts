import type { FaultBoard } from "#apps/simulator/faults.ts";
import type { InboundWay } from "#apps/simulator/inbound.ts";
import type { LinkCounters } from "#apps/simulator/stats.ts";
import type { AccountUrls } from "./account-urls.ts";
import { inboundParams } from "./webhook-params.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/**
 * Texts to the number's `moHttpUrl`, else to the account's inbound URL: a webhook for every part. The next text of the two waits until all of
 * this one are with the customer, or given up.
 */
export const inboundWebhooks = (
  sender: WebhookSender,
  urls: AccountUrls,
  faults: FaultBoard,
  counters: LinkCounters,
): InboundWay => {
  const progress = {
    tried: () => {
      counters.delivers += 1;
    },
    retrying: () => {
      counters.retries += 1;
    },
    acknowledged: () => {
      counters.acks += 1;
    },
    lost: () => {
      counters.lost += 1;
    },
  };
  return {
    bring: async (parts, number) => {
      const url = number.settings.moHttpUrl ?? urls.inbound();
      if (url === undefined) return false;
      const { stripConcat = false, reorder = false } = faults.current().webhook ?? {};
      const sent = Promise.all(
        parts.map((part) => sender.send(url, inboundParams(part, stripConcat), progress)),
      );
      if (!reorder) await sent;
      return true;
    },
  };
};

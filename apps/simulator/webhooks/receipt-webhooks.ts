import type { Receipt } from "#apps/simulator/receipts.ts";
import type { LinkCounters } from "#apps/simulator/stats.ts";
import type { AccountUrls } from "./account-urls.ts";
import { receiptParams } from "./webhook-params.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** A receipt to the message's own `callback`, else to the account's address, else to nobody. */
export type ReceiptWebhook = (receipt: Receipt, callback: string | undefined) => Promise<void>;

export const receiptWebhooks = (
  sender: WebhookSender,
  urls: AccountUrls,
  counters: LinkCounters,
): ReceiptWebhook => {
  const progress = {
    tried: () => {
      counters.receipts += 1;
    },
    retrying: () => {},
    acknowledged: () => {
      counters.receiptAcks += 1;
    },
    lost: () => {
      counters.receiptsLost += 1;
    },
  };
  return async (receipt, callback) => {
    const url = callback ?? urls.status();
    if (url !== undefined) await sender.send(url, receiptParams(receipt), progress);
  };
};

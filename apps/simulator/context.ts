import type { AccountUrls } from "#apps/simulator/webhooks/account-urls.ts";
import type { HttpCaller } from "#apps/simulator/webhooks/http-caller.ts";
import type { ReceiptWebhook } from "#apps/simulator/webhooks/receipt-webhooks.ts";
import type { WebhookSender } from "#apps/simulator/webhooks/webhook-sender.ts";
import type { FaultBoard } from "./faults.ts";
import type { Handsets } from "./handsets.ts";
import type { Inbound } from "./inbound.ts";
import type { Ledger } from "./ledger.ts";
import type { Numbers } from "./numbers.ts";
import type { SimulatorSettings } from "./options.ts";
import type { Outbound } from "./outbound.ts";
import type { Stats } from "./stats.ts";
import type { SubmissionGate } from "./submission-gate.ts";
import type { Timers } from "./timers.ts";

/** All that the two halves of the carrier share. */
export interface CustomerContext {
  readonly settings: SimulatorSettings;
  readonly faults: FaultBoard;
  readonly stats: Stats;
  readonly timers: Timers;
  readonly handsets: Handsets;
  readonly numbers: Numbers;
  /** Resolves when the rented numbers, as they are now, will outlive the process. */
  readonly saveNumbers: () => Promise<void>;
  readonly ledger: Ledger;
  readonly gate: SubmissionGate;
  readonly outbound: Outbound;
  readonly urls: AccountUrls;
  readonly caller: HttpCaller;
  readonly webhooks: WebhookSender;
  readonly sendReceipt: ReceiptWebhook;
}

/** And what comes the other way, from the handsets. */
export interface SimulatorContext extends CustomerContext {
  readonly inbound: Inbound;
}

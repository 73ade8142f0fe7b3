import { randomUUID } from "node:crypto";
import type { FaultBoard } from "#apps/simulator/faults.ts";
import type { Account, WebhookOptions } from "#apps/simulator/options.ts";
import { share } from "#apps/simulator/share.ts";
import type { Timers } from "#apps/simulator/timers.ts";
import type { HttpCaller } from "./http-caller.ts";
import { type Params, signature } from "./signature.ts";
import { webhookRequest } from "./webhook-request.ts";

/** Webhooks that are not yet done with. */
const PENDING_MAX = 200_000;
const REORDER_MS = 500;

/** What became of a webhook, told once for every try and once at the end. */
export interface WebhookProgress {
  readonly tried: () => void;
  readonly retrying: () => void;
  readonly acknowledged: () => void;
  readonly lost: () => void;
}

export interface WebhookSender {
  /** Resolves when the customer has it, or it is given up: retries may take long. */
  readonly send: (url: string, params: Params, progress: WebhookProgress) => Promise<void>;
  readonly pending: () => number;
}

export const webhookSender = (
  account: Account,
  options: WebhookOptions,
  faults: FaultBoard,
  caller: HttpCaller,
  timers: Timers,
): WebhookSender => {
  const isDuplicate = share();
  let pending = 0;

  const signed = (params: Params): Params => {
    const complete = { ...params, "api-key": account.apiKey };
    if (account.signatureSecret === undefined) return complete;
    const stamped = {
      ...complete,
      timestamp: String(Math.floor(Date.now() / 1_000)),
      nonce: randomUUID(),
    };
    return { ...stamped, sig: signature(stamped, account.signatureSecret, account.signatureMethod) };
  };

  const isRetried = (status: number | undefined): boolean =>
    status === undefined || options.retryOn === "not-2xx" || status === 429 || status >= 500;

  const send = async (url: string, params: Params, progress: WebhookProgress): Promise<void> => {
    const { retry } = options;
    const startedAt = performance.now();
    let sent = signed(params);
    let wait = retry.firstMs;

    /** True when the webhook is done with, one way or the other. */
    const attempt = async (number: number): Promise<boolean> => {
      progress.tried();
      const status = await caller.call(webhookRequest(url, sent, options.format));
      if (status !== undefined && status >= 200 && status < 300) {
        progress.acknowledged();
        return true;
      }
      const isLast = number >= retry.attempts || performance.now() - startedAt >= retry.horizonMs;
      if (isLast || !isRetried(status)) {
        progress.lost();
        return true;
      }
      progress.retrying();
      return false;
    };

    for (let number = 1; !(await attempt(number)); number += 1) {
      await timers.pause(wait);
      if (timers.isStopped()) return;
      wait = Math.min(wait * retry.factor, retry.maxMs);
      if (options.resign) sent = signed(params);
    }
    pending -= 1;
  };

  return {
    pending: () => pending,
    send: async (url, params, progress) => {
      if (pending >= PENDING_MAX) return progress.lost();
      const { duplicatePercent = 0, reorder = false } = faults.current().webhook ?? {};
      const copies = isDuplicate(duplicatePercent) ? 2 : 1;
      pending += copies;
      if (reorder) await timers.pause(Math.random() * REORDER_MS);
      const tries = Array.from({ length: copies }, () => send(url, params, progress));
      await Promise.all(tries);
    },
  };
};

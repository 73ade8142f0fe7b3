import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { OPTED_OUT, type Receipt, type ReceiptState } from "#core/domain/receipt.ts";
import { createReceiptAcceptance, type ReceiptResult } from "#core/engine/inbound/accept-receipt.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import { checkSent, findOurs } from "#core/engine/inbound/check-sent.ts";
import type { SimulatedProcess } from "#test/simulation/machines/process.ts";
import { type Sending, webhookKeyOf } from "#test/simulation/people/typed-text.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { CarrierFaults, Submission } from "./carrier.ts";

/** The carrier's way to us over HTTP: it brings a thing to any process until one answers that it is safe, and now and then again. */
export interface Webhooks {
  bringText(sending: Sending, delayMs: number): void;
  bringReceipt(submission: Submission, state: ReceiptState, delayMs: number): void;
  /** Somebody who has come upon the id of an SMS says what became of it, and does not know between whom it went. */
  bringForgery(submission: Submission, state: ReceiptState, delayMs: number): void;
  /** What has not been taken yet. */
  waiting(): number;
}

export interface WebhookSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: CarrierFaults;
  reachable(): readonly SimulatedProcess[];
  acknowledged(sending: Sending): void;
  receipted(submission: Submission, state: ReceiptState): void;
}

export const createWebhooks = (surroundings: WebhookSurroundings): Webhooks => {
  const { scheduler, random, faults, reachable, acknowledged, receipted } = surroundings;
  let waiting = 0;

  const bring = (
    deliver: (process: SimulatedProcess, writer: BatchWriter) => Promise<ReceiptResult>,
    delayMs: number,
  ): void => {
    waiting += 1;
    let done = false;
    const attempt = (): void => {
      if (done) return;
      const processes = reachable();
      if (processes.length > 0) {
        const process = random.pick(processes);
        process.arrival(() => {
          const writer = process.relay()?.writer;
          if (!writer) return;
          void deliver(process, writer).then((answer) => {
            // An answer that gets lost on the way leads to a repetition, as an answer that never came does.
            if ((answer !== "accepted" && answer !== "other-numbers") || done || random.chance(faults.repeat))
              return;
            done = true;
            waiting -= 1;
          });
        });
      }
      scheduler.after(random.int(2_000, 6_000), attempt);
    };
    scheduler.after(delayMs, attempt);
  };

  return {
    bringText: (sending, delayMs) =>
      bring(async (process, writer) => {
        const answer = await writer.accept(inboundOf(sending, process));
        if (answer === "accepted") acknowledged(sending);
        return answer;
      }, delayMs),
    bringReceipt: (submission, state, delayMs) =>
      bring(async (process, writer) => {
        const accept = acceptanceAt(process, writer);
        const answer = await accept(receiptOf(submission, state, process), submission);
        if (answer === "accepted") receipted(submission, state);
        return answer;
      }, delayMs),
    bringForgery: (submission, state, delayMs) =>
      bring((process, writer) => {
        const accept = acceptanceAt(process, writer);
        const { source, destination } = submission;
        return accept(receiptOf(submission, state, process), {
          source,
          destination: forgedFrom(destination),
        });
      }, delayMs),
    waiting: () => waiting,
  };
};

const acceptanceAt = ({ storage, timer }: SimulatedProcess, writer: BatchWriter) =>
  createReceiptAcceptance({
    matchSent: checkSent(storage),
    findOurs: findOurs(storage),
    accept: (receipt) => writer.acceptReceipt(receipt),
    timer,
  });

/** The number of nobody in this town. */
const forgedFrom = (number: string): string => `${number.slice(0, -3)}999`;

const inboundOf = (sending: Sending, { ids, clock }: SimulatedProcess): InboundMessage => {
  const { text, part } = sending;
  return {
    id: ids.next(),
    key: webhookKeyOf(sending),
    from: text.writtenFrom,
    to: text.to,
    text: text.parts[part]!,
    part:
      text.parts.length === 1
        ? null
        : { reference: `http:${text.reference}`, total: text.parts.length, index: part + 1 },
    link: "http",
    receivedAt: clock.now(),
  };
};

const receiptOf = (
  { carrierId, isOptedOut }: Submission,
  state: ReceiptState,
  { clock }: SimulatedProcess,
): Receipt => ({
  carrierIds: [carrierId],
  state,
  failure: failureOf(state, isOptedOut),
  at: clock.now(),
});

const failureOf = (state: ReceiptState, isOptedOut: boolean): Receipt["failure"] => {
  if (state === "delivered" || state === "pending") return null;
  return isOptedOut ? OPTED_OUT : { code: "receipt", detail: "simulated" };
};

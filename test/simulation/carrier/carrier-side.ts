import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import type { SimulatedProcess } from "#test/simulation/machines/process.ts";
import type { Sending, TypedText } from "#test/simulation/people/typed-text.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { Story } from "#test/simulation/story.ts";
import type { Truth } from "#test/simulation/truth/truth.ts";
import { type Carrier, createCarrier, type Submission } from "./carrier.ts";
import { receiptPdu, textPdu } from "./deliver-sm.ts";
import { createSmsc, type Parcel, type Smsc } from "./smsc.ts";
import { createWebhooks } from "./webhooks.ts";

/** The carrier with both of its ways to us. */
export interface CarrierSide {
  readonly carrier: Carrier;
  readonly smsc: Smsc;
  /** A handset sends a text: its parts come in any order. */
  send(text: TypedText, random: Random): void;
  waiting(): number;
  submissions(): number;
}

export interface CarrierSideSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly messageIdForm: MessageIdForm;
  readonly story: Story;
  /** A handset has got an SMS. */
  arrived(submission: Submission): void;
  reachable(): readonly SimulatedProcess[];
  truth(): Truth;
  judged<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void;
}

/** How many SMS somebody else says something of. */
const FORGED = 0.08;

const ARRIVAL_MAX_MS = 40;
/** How far apart a slow handset sends its parts. */
const SLOW_PARTS_MS = 2_500;
/** How much later a part comes once more under another id. */
const ECHO_MAX_MS = 8_000;

export const createCarrierSide = (surroundings: CarrierSideSurroundings): CarrierSide => {
  const { scheduler, random, messageIdForm, story, arrived, reachable, truth, judged } = surroundings;
  const forgers = random.fork(2);
  let submissions = 0;
  const carrier = createCarrier({
    scheduler,
    random,
    taken: judged((submission) => {
      submissions += 1;
      story.submitted(submission);
      truth().submitted(submission);
      if (submission.link === "http" && forgers.chance(FORGED))
        webhooks.bringForgery(submission, forgers.pick(["delivered", "failed"]), forgers.int(1, 1_500));
      arrived(submission);
    }),
    bringReceipt: (submission, state, delayMs) => {
      if (submission.link === "http") webhooks.bringReceipt(submission, state, delayMs);
      else smsc.bring(receiptParcel(submission, state), delayMs);
    },
  });
  const smsc = createSmsc(scheduler, random, carrier);
  const acknowledged = judged((sending: Sending) => truth().typed.acknowledged(sending));
  const receipted = judged(({ carrierId }: Submission, state: ReceiptState) => {
    if (state !== "pending") truth().receipted(carrierId);
  });
  const webhooks = createWebhooks({
    scheduler,
    random,
    faults: carrier.faults,
    reachable,
    acknowledged,
    receipted,
  });

  const receiptParcel = (submission: Submission, state: ReceiptState): Parcel => ({
    message: receiptPdu(submission, state, messageIdForm),
    acknowledging: () => receipted(submission, state),
    readdressed: NOTHING,
    unconfirmed: NOTHING,
  });

  const textParcel = (sending: Sending): Parcel => ({
    message: textPdu(sending),
    acknowledging: () => acknowledged(sending),
    readdressed: (blindly) => truth().typed.readdressed(sending, blindly),
    unconfirmed: (read) => truth().typed.unconfirmed(sending, read),
  });

  return {
    carrier,
    smsc,
    send: (text, chance) => {
      story.typed(text);
      truth().typed.typed(text);
      const apartMs = chance.chance(0.3) ? SLOW_PARTS_MS : 0;
      for (let part = 0; part < text.parts.length; part += 1) {
        if (part === text.lost) continue;
        for (let copy = 0; copy <= (part === text.repeated ? 1 : 0); copy += 1) {
          const delayMs = chance.int(1, ARRIVAL_MAX_MS) + part * apartMs + copy * chance.int(0, ECHO_MAX_MS);
          const sending = { text, part, copy };
          if (text.link === "http") webhooks.bringText(sending, delayMs);
          else smsc.bring(textParcel(sending), delayMs);
        }
      }
    },
    waiting: () => webhooks.waiting() + smsc.waiting(),
    submissions: () => submissions,
  };
};

const NOTHING = (): void => {};

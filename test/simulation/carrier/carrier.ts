import type { LinkKind } from "#core/domain/link-kind.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";

/** One SMS that the carrier has taken from us. */
export interface Submission {
  /** The life of the process that handed it over. */
  readonly process: string;
  readonly link: LinkKind;
  readonly messageId: string;
  readonly source: string;
  readonly destination: string;
  readonly text: string;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  /** What ties the parts together on the handset. */
  readonly reference: number;
  readonly carrierId: string;
  readonly at: number;
  /** The handset has opted out at the carrier: it is not brought, and every receipt of a failure says why. */
  readonly isOptedOut: boolean;
}

export interface CarrierFaults {
  /** Answers to submissions that get lost. */
  loseAnswers: number;
  /** Webhooks that are repeated although they were answered. */
  repeat: number;
  /** Submissions that are refused, for now or for good. */
  refuse: number;
  throttleUntil: number;
  /** The SMSC takes no connection until then. */
  awayUntil: number;
  /** Handsets that have opted out at the carrier, and until when. */
  readonly optedOutUntil: Map<string, number>;
}

/** What both of the carrier's ways have in common: what it has taken, and what it says became of it. */
export interface Carrier {
  readonly faults: CarrierFaults;
  /** Whether it throttles just now. */
  throttles(): boolean;
  take(submission: Omit<Submission, "carrierId" | "at" | "isOptedOut">): string;
  /** Everything that it has said of an id, in the order in which it made it up. */
  said(carrierId: string): readonly ReceiptState[];
}

export interface CarrierSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  taken(submission: Submission): void;
  /** Brings a receipt by the way over which the SMS came. */
  bringReceipt(submission: Submission, state: ReceiptState, delayMs: number): void;
}

/** Some carriers never say what became of an SMS, some contradict themselves; some do neither. */
export const createCarrier = ({ scheduler, random, taken, bringReceipt }: CarrierSurroundings): Carrier => {
  const silence = random.chance(0.3) ? 0.05 : 0;
  const contradiction = random.chance(0.5) ? 0.15 : 0;
  const failure = random.chance(0.7) ? 0.1 : 0.4;
  const faults: CarrierFaults = {
    loseAnswers: 0,
    repeat: 0.05,
    refuse: 0.015,
    throttleUntil: 0,
    awayUntil: 0,
    optedOutUntil: new Map(),
  };
  const words = new Map<string, ReceiptState[]>();
  let ids = 0;

  const tell = (submission: Submission): void => {
    if (random.chance(silence)) return;
    const said = words.get(submission.carrierId)!;
    const fails = submission.isOptedOut || random.chance(failure);
    said.push(fails ? random.pick(["failed", "expired"] as const) : "delivered");
    if (random.chance(0.1)) said.unshift("pending");
    if (random.chance(contradiction)) said.push(random.pick(["delivered", "failed", "expired"] as const));
    said.forEach((state, i) => {
      // Early: before the answer to the submission.
      const first = random.chance(0.2) ? 0 : random.int(1, 5_000);
      bringReceipt(submission, state, i === 0 ? first : random.int(0, 10_000 * i));
    });
  };

  return {
    faults,
    throttles: () => scheduler.now() < faults.throttleUntil,
    take: (given) => {
      ids += 1;
      // Long enough for a hexadecimal and a decimal reading that differ.
      const carrierId = (0xa0000 + ids * 7).toString(16);
      const at = scheduler.now();
      const isOptedOut = (faults.optedOutUntil.get(given.destination) ?? 0) > at;
      const submission = { ...given, carrierId, at, isOptedOut };
      words.set(carrierId, []);
      taken(submission);
      tell(submission);
      return carrierId;
    },
    said: (carrierId) => words.get(carrierId) ?? [],
  };
};

import type { InboundMessage, LinkKind } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** What the carrier has taken from us: one part of a message. */
export interface Submission {
  readonly process: string;
  readonly link: string;
  readonly messageId: string;
  readonly source: string;
  readonly destination: string;
  readonly text: string;
  readonly part: number;
  readonly parts: number;
  readonly reference: number;
  readonly carrierId: string;
  readonly at: number;
}

/** What a handset has sent: one part of a text. */
export interface Sending extends Omit<InboundMessage, "id" | "receivedAt"> {
  /** Which of the world's texts this is (a part of). */
  readonly textId: number;
}

export interface CarrierFaults {
  /** Answers to submissions that get lost. */
  loseAnswers: number;
  /** Deliveries and receipts that are repeated although they were answered. */
  repeat: number;
  throttleUntil: number;
  downUntil: number;
}

export interface SimulatedCarrier {
  readonly faults: CarrierFaults;
  readonly submissions: readonly Submission[];
  /** A handset sends. The carrier brings it until somebody takes it. */
  send(sending: Sending): void;
  submit(submission: Omit<Submission, "carrierId" | "at">): string;
  /** Deliveries and receipts not answered yet. */
  waiting(): number;
}

export interface CarrierSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The processes that webhooks and links can reach now. */
  reachable(): readonly SimulatedProcess[];
  submitted(submission: Submission): void;
  /** What the carrier says became of a part; it may contradict itself. */
  fated(submission: Submission, state: Receipt["state"]): void;
  answered(sending: Sending, process: SimulatedProcess, inboundId: string): void;
}

/** Says in whatever order it likes, late, early and more than once, what it has to say; but it says it until it is heard. */
export const createCarrier = (surroundings: CarrierSurroundings): SimulatedCarrier => {
  const { scheduler, random } = surroundings;
  const faults: CarrierFaults = { loseAnswers: 0, repeat: 0.05, throttleUntil: 0, downUntil: 0 };
  const submissions: Submission[] = [];
  let waiting = 0;
  let ids = 0;

  /** Brings something to any process until one answers that it is safe. */
  const bring = (deliver: (process: SimulatedProcess) => Promise<string>, delayMs: number): void => {
    waiting += 1;
    let done = false;
    const attempt = (): void => {
      if (done) return;
      const processes = surroundings.reachable();
      if (processes.length > 0) {
        void deliver(random.pick(processes)).then((answer) => {
          // An answer that gets lost on the way leads to a repetition, as an answer that never came does.
          if (answer !== "accepted" || done || random.chance(faults.repeat)) return;
          done = true;
          waiting -= 1;
        });
      }
      scheduler.after(random.int(2_000, 6_000), attempt);
    };
    scheduler.after(delayMs, attempt);
  };

  const tell = (submission: Submission): void => {
    if (random.chance(0.04)) return;
    const state = random.chance(0.9) ? "delivered" : random.pick(["failed", "expired"] as const);
    const receipts: Receipt["state"][] = [state];
    if (random.chance(0.1)) receipts.unshift("pending");
    // Carriers contradict themselves, later.
    if (random.chance(0.1)) receipts.push(random.pick(["delivered", "failed", "expired"] as const));
    receipts.forEach((each, i) => {
      surroundings.fated(submission, each);
      const receipt = (process: SimulatedProcess): Receipt => ({
        carrierIds: [submission.carrierId],
        state: each,
        failure: each === "delivered" ? null : { code: "sim", detail: "simulated" },
        at: process.clock.now(),
      });
      const early = random.chance(0.2) ? 0 : random.int(1, 8_000);
      bring(
        (process) => process.relay()!.intake.receive(receipt(process)),
        i === 0 ? early : 20_000 + i * 10_000,
      );
    });
  };

  return {
    faults,
    submissions,
    send: (sending) => {
      bring(
        async (process) => {
          const id = process.ids.next();
          const { textId: _, ...message } = sending;
          const answer = await process
            .relay()!
            .intake.accept({ ...message, id, receivedAt: process.clock.now() });
          if (answer === "accepted") surroundings.answered(sending, process, id);
          return answer;
        },
        random.int(1, 40),
      );
    },
    submit: (submission) => {
      ids += 1;
      const taken = { ...submission, carrierId: `c${ids}`, at: scheduler.now() };
      submissions.push(taken);
      surroundings.submitted(taken);
      tell(taken);
      return taken.carrierId;
    },
    waiting: () => waiting,
  };
};

/** The order of a number's texts is the order in which the handset sent them; the carrier keeps it only loosely. */
export const linkKinds: readonly LinkKind[] = ["smpp", "http"];

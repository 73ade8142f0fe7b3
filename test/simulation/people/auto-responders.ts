import type { Submission } from "#test/simulation/carrier/carrier.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { lettersOf } from "./letters.ts";
import type { TypedText } from "./typed-text.ts";
import type { Typing } from "./typing.ts";

/** Machines that answer whatever comes to a handset from a number, for as long as anything comes. */
export interface AutoResponders {
  /** From now on the handset answers what comes from the number. */
  arm(handset: string, number: string): void;
  got(submission: Submission): void;
}

export interface AutoRespondersSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly typing: Typing;
  send(text: TypedText, random: Random): void;
}

const ANSWER_MS = [40, 900] as const;

/** What every machine's text begins with. */
export const ANSWER = "answer ";

export const createAutoResponders = ({
  scheduler,
  random,
  typing,
  send,
}: AutoRespondersSurroundings): AutoResponders => {
  const armed = new Set<string>();
  return {
    arm: (handset, number) => armed.add(`${handset}<${number}`),
    got: ({ source, destination, part, parts }) => {
      if (part < parts - 1 || !armed.has(`${destination}<${source}`)) return;
      scheduler.after(random.int(...ANSWER_MS), () => {
        send(typing.words(`${ANSWER}${lettersOf(typing.count())}`, destination, source, random), random);
      });
    },
  };
};

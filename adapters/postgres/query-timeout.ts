import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

/** How often is looked whether a question has waited too long. */
const LOOK_MS = 500;

/** A question to the database that has not been answered yet. */
export interface Question extends Linked<Question> {
  readonly since: number;
  readonly giveUp: () => void;
}

/** Gives up questions that a server, or the network before it, does not answer. */
export interface AnswerWatch {
  ask(giveUp: () => void): Question;
  answered(question: Question): void;
  stop(): void;
}

/**
 * `ms`: how long an answer may take, and up to half a second more; 0: for ever. One timer for all questions: one for each would cost as
 * much as the question, and leaves more behind for the garbage collector.
 */
export const answerWatch = (ms: number): AnswerWatch => {
  const open = createLinkedList<Question>();
  const look = (): void => {
    const before = performance.now() - ms;
    for (let oldest = open.first(); oldest && oldest.since < before; oldest = open.first()) {
      open.remove(oldest);
      oldest.giveUp();
    }
  };
  const looking = ms > 0 ? setInterval(look, LOOK_MS).unref() : undefined;
  return {
    ask: (giveUp) => {
      const question: Question = {
        since: performance.now(),
        giveUp,
        previous: null,
        next: null,
        isLinked: false,
      };
      open.add(question);
      return question;
    },
    answered: open.remove,
    stop: () => clearInterval(looking),
  };
};

/** Which questions of a process to the carrier have had no answer, by message: the judge's own count. */
export interface Unheard {
  asked(messageId: string, question: object): void;
  /** An answer has been read, perhaps too late. */
  heard(messageId: string, question: object): void;
  has(messageId: string): boolean;
  /** What became of the message is called unknown: from now on nobody waits for these answers. */
  giveUp(messageId: string): void;
}

export const createUnheard = (): Unheard => {
  const questions = new Map<string, Set<object>>();
  return {
    asked: (messageId, question) => {
      questions.set(messageId, (questions.get(messageId) ?? new Set()).add(question));
    },
    heard: (messageId, question) => {
      questions.get(messageId)?.delete(question);
    },
    has: (messageId) => (questions.get(messageId)?.size ?? 0) > 0,
    giveUp: (messageId) => {
      questions.delete(messageId);
    },
  };
};

import { expect } from "vitest";
import type { Storage } from "#core/ports/storage.ts";

/** The same storage, of which each answer that has something in it must have been announced by `Reconciliation.due`. */
export const lookingFirst = (storage: Storage): Storage => {
  const { reconciliation } = storage;
  const announced =
    <Rest extends readonly unknown[], Answer extends number | readonly unknown[]>(
      name: "receipts" | "parts" | "messages",
      ask: (at: number, ...rest: Rest) => Promise<Answer>,
    ) =>
    async (at: number, ...rest: Rest): Promise<Answer> => {
      const due = await reconciliation.due(at);
      const answer = await ask(at, ...rest);
      const isEmpty = typeof answer === "number" ? answer === 0 : answer.length === 0;
      if (!isEmpty) expect(due).toMatchObject({ [name]: true });
      return answer;
    };
  return {
    ...storage,
    reconciliation: {
      ...reconciliation,
      matchParked: announced("receipts", reconciliation.matchParked),
      openPartReceipts: announced("receipts", reconciliation.openPartReceipts),
      ripeParts: announced("parts", reconciliation.ripeParts),
      overdue: announced("messages", reconciliation.overdue),
    },
  };
};

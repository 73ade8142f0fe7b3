import type { Submission } from "#test/simulation/carrier/carrier.ts";
import { Broken } from "./broken.ts";
import type { Outbox } from "./outbox.ts";

/** What people see: texts joined by source, reference and number of parts, as handsets do it. */
export const createHandsets = (outbox: Outbox, realNumbers: ReadonlySet<string>) => {
  const sets = new Map<string, Map<number, Submission>>();

  const show = (parts: readonly Submission[]): void => {
    const { messageId } = parts[0]!;
    const text = parts.map((each) => each.text).join("");
    if (parts.some((each) => each.messageId !== messageId))
      throw new Broken("as typed", "a handset joined parts of different texts");
    if (text !== outbox.get(messageId)!.text)
      throw new Broken("as typed", "a handset shows another text than was to be sent");
    for (const number of realNumbers)
      if (text.includes(number)) throw new Broken("anonymous", "a handset shows a real number");
  };

  /** The newest copy of a part counts. */
  return (submission: Submission): void => {
    const { source, destination, reference, part, parts } = submission;
    if (realNumbers.has(source)) throw new Broken("anonymous", "a handset shows a real number as sender");
    if (parts === 1) {
      show([submission]);
      return;
    }
    const key = `${destination}<${source}#${reference}/${parts}`;
    const set = sets.get(key) ?? new Map<number, Submission>();
    sets.set(key, set.set(part, submission));
    if (set.size < parts) return;
    sets.delete(key);
    show(Array.from({ length: parts }, (_, i) => set.get(i)!));
  };
};

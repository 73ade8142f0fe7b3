import type { InboundWrite } from "#core/ports/traffic.ts";
import { ANSWER } from "#test/simulation/people/auto-responders.ts";
import type { TypedText } from "#test/simulation/people/typed-text.ts";
import { Broken } from "./broken.ts";
import type { PairMeaning } from "./pairs.ts";

/** Machines that answer each other: they must be stopped, and people must not. */
export interface Loops {
  typed(text: Pick<TypedText, "from" | "to">): void;
  /** A text of a participant has been relayed, or was refused as part of a loop. */
  texted(write: InboundWrite, meaning: PairMeaning): void;
}

/** Texts of one conversation, none of which came long after the one before. */
interface Row {
  lastAt: number;
  readonly bySender: Map<string, number>;
  /** Texts of machines that were relayed. */
  answers: number;
}

/** A longer silence ends a row: after it everybody is heard again. */
const SILENCE_MS = 60_000;
/** Nothing shorter is a loop, and both sides have their part in it. What the carrier brings twice may count twice. */
const LOOP_MIN = 30;
const SIDE_MIN = 8;
/** A loop is longer where several processes each see a part of it, and where storage is away. */
const ANSWERS_MAX = 250;

export const createLoops = (epoch: number, skewMaxMs: number): Loops => {
  const rows = new Map<string, Row>();
  /** How much somebody has typed to a number: what is decided on may be written later, after what follows it. */
  const typed = new Map<string, number>();
  const typedBy = (person: string, number: string): number => typed.get(`${person} ${number}`) ?? 0;
  return {
    typed: ({ from, to }) => {
      typed.set(`${from} ${to}`, typedBy(from, to) + 1);
    },
    texted: (
      { inbound, decision },
      { conversationId, senderId, sender, virtualNumber, recipient, source },
    ) => {
      const at = inbound.receivedAt - epoch;
      const known = rows.get(conversationId);
      const row: Row =
        known && at - known.lastAt <= SILENCE_MS + 2 * skewMaxMs
          ? known
          : { lastAt: at, bySender: new Map(), answers: 0 };
      rows.set(conversationId, row);
      row.lastAt = Math.max(row.lastAt, at);
      row.bySender.set(senderId, (row.bySender.get(senderId) ?? 0) + 1);
      if (decision.kind === "relay") {
        if (inbound.text.startsWith(ANSWER)) row.answers += 1;
        if (row.answers > ANSWERS_MAX)
          throw new Broken("machines end", "two machines answer each other on and on");
        return;
      }
      // Somebody may have left, and another one taken the place.
      const written = [...row.bySender.values()].sort((a, b) => b - a).slice(0, 2);
      const both = [typedBy(sender, virtualNumber), typedBy(recipient, source)].sort((a, b) => b - a);
      const counts = both.map((count, i) => Math.max(count, written[i] ?? 0));
      const all = counts.reduce((sum, count) => sum + count, 0);
      if (all < LOOP_MIN || Math.min(...counts) < SIDE_MIN)
        throw new Broken("nothing lost", "people were taken for machines that answer each other");
    },
  };
};

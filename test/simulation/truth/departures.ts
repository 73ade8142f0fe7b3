import type { Submission } from "#test/simulation/carrier/carrier.ts";
import { Broken } from "./broken.ts";
import type { createHours } from "./hours.ts";
import type { createLimits } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import type { Pairs } from "./pairs.ts";
import type { Wishes } from "./wishes.ts";

/** Judges everything that reaches the carrier: rules 3, 5, 7 and 8 on the way out. */
export interface Departures {
  submitted(submission: Submission): void;
  /** The process says it does not know what became of a message; `rightly`: an answer is truly missing. */
  unknown(messageId: string, rightly: boolean): void;
  /** The store knows now that the carrier has taken this part (from 0); null: that the message has ended. */
  recorded(messageId: string, part: number | null): void;
  /** A process is dead, or thought so: what it handed over without the store knowing may leave once more. */
  expired(process: string): void;
  /** The store has gone back to an earlier moment, and all processes are dead: it knows nothing of what was handed over later. */
  restored(): void;
  hasLeft(messageId: string): boolean;
  /** Messages that left more than once, all of them for a reason. */
  repetitions(): number;
}

export interface DeparturesOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly serviceOf: ReadonlyMap<string, string>;
  readonly hours: ReturnType<typeof createHours>;
  readonly limits: ReturnType<typeof createLimits>;
  /** How long after a thread was given to others something may still be on the wire. */
  readonly onTheWireMs: number;
}

/** An owner asks for wishes again within this time, also when no notification reaches it. Storage may be slow or away meanwhile. */
const UNHEARD_WISH_MS = 40_000;

/** From our decision to send to the carrier. */
const ARRIVAL_MS = 100;

export const createDepartures = (
  outbox: Outbox,
  pairs: Pairs,
  wishes: Wishes,
  { now, epoch, skewMaxMs, serviceOf, hours, limits, onTheWireMs }: DeparturesOptions,
): Departures => {
  const begun = new Set<string>();
  const times = new Map<string, number>();
  const excuses = new Map<string, number>();
  /** What the store does not know of yet: by process and message, the parts. */
  const handedOver = new Map<string, Map<string, Set<number>>>();
  let repetitions = 0;

  const excuse = (messageId: string): void => {
    excuses.set(messageId, (excuses.get(messageId) ?? 0) + 1);
  };

  const mustNotReachStrangers = ({ messageId, source, destination }: Submission): void => {
    const bornAt = outbox.bornAt(messageId);
    const others = pairs
      .meanings(destination, source)
      .find(({ fresh, from }) => fresh && from > bornAt && now() > from + onTheWireMs);
    if (others) throw new Broken("never a stranger", "a text arrived in a thread that belongs to others now");
  };

  /**
   * Our own notices are answers to what somebody asked. Texts of others must have been accepted before the wish, and leave only
   * while the process that owns them may not have heard of it.
   */
  const mustBeWelcome = ({ messageId, source, destination, part }: Submission): void => {
    if (outbox.get(messageId)!.priority !== "relay") return;
    const since = wishes.optOuts.since(serviceOf.get(source)!, destination);
    if (since === null) return;
    if (outbox.bornAt(messageId) > since)
      throw new Broken("opt-out", "somebody who wants no texts was sent one that came later");
    if (part === 0 && now() > since + UNHEARD_WISH_MS)
      throw new Broken("opt-out", "somebody who wants no texts was sent one that had waited for long");
  };

  const mustBeInTime = ({ messageId, part }: Submission): void => {
    // What has begun in time may end a little later.
    const lastAt = outbox.get(messageId)!.expiresAt - epoch + skewMaxMs + ARRIVAL_MS;
    if (part === 0 && now() > lastAt) throw new Broken("in time", "a text left after its time to live");
  };

  const mustBeInOrder = (messageId: string): void => {
    if (begun.has(messageId)) return;
    begun.add(messageId);
    const message = outbox.get(messageId)!;
    for (const earlier of outbox.recipient(message.recipientId)) {
      if (earlier === messageId) return;
      const other = outbox.get(earlier)!;
      if (hours.mayOvertake(message, other) || limits.mayOvertake(message, other)) continue;
      if (!times.has(earlier) && !outbox.isRecorded(earlier))
        throw new Broken("in order", `${messageId.slice(0, 18)} overtook ${earlier.slice(0, 18)}`);
    }
  };

  const mustBeOnce = ({ messageId, part, parts }: Submission): void => {
    // Parts leave in order: a text has left when its last part has.
    if (part < parts - 1) return;
    const count = (times.get(messageId) ?? 0) + 1;
    times.set(messageId, count);
    if (count > 1) repetitions += 1;
    if (count > 1 + (excuses.get(messageId) ?? 0))
      throw new Broken("once", `${messageId.slice(0, 18)} left ${count} times without a reason`);
  };

  return {
    submitted: (submission) => {
      const { messageId, source, destination, process, part } = submission;
      const message = outbox.get(messageId);
      if (!message) throw new Broken("commit before send", "something left that was never committed");
      if (message.source !== source || message.destination !== destination)
        throw new Broken("reversible", "it left between other numbers than was decided");
      mustNotReachStrangers(submission);
      mustBeWelcome(submission);
      mustBeInTime(submission);
      hours.mustBeOpen(message, part, now());
      limits.mustHaveTurn(message, part);
      const open = handedOver.get(process) ?? new Map<string, Set<number>>();
      handedOver.set(process, open.set(messageId, (open.get(messageId) ?? new Set()).add(part)));
      mustBeInOrder(messageId);
      mustBeOnce(submission);
    },
    unknown: (messageId, rightly) => {
      if (!rightly) throw new Broken("states are true", "called unknown, although every answer came");
      excuse(messageId);
    },
    recorded: (messageId, part) => {
      for (const open of handedOver.values()) {
        const parts = open.get(messageId);
        if (part !== null) parts?.delete(part);
        if (part === null || parts?.size === 0) open.delete(messageId);
      }
    },
    expired: (process) => {
      for (const messageId of handedOver.get(process)?.keys() ?? []) excuse(messageId);
    },
    restored: () => {
      for (const open of handedOver.values()) for (const messageId of open.keys()) excuse(messageId);
      handedOver.clear();
    },
    hasLeft: (messageId) => times.has(messageId),
    repetitions: () => repetitions,
  };
};

import type { AskedText } from "#core/ports/policy.ts";
import type { Asking } from "./asks.ts";
import { createTruth, silentIn, type Truth, type TruthOptions } from "./truth.ts";
import type { Silence } from "./typed-texts.ts";

/** A judge over a store that may be brought back to an earlier moment. */
export interface RestorableTruth extends Truth {
  /** A backup is taken now. */
  backedUp(): void;
  /** The store stands as it did then, but for what is done of every database that is restored; no process lives. */
  broughtBack(): void;
}

/** Something that the judge was told, to be told once more. */
interface Told {
  readonly at: number;
  /** Gateways that were silent then. */
  readonly silent: readonly Silence[];
  /** Whether it concerns handsets and the carrier alone, who forget nothing. */
  readonly isOutside: boolean;
  tell(truth: Truth): void;
}

/**
 * Keeps what the judge was told while a restore may come, and tells it to another one when it has come: all of it up to the backup; and of what
 * was later, what the world outside knows. So that one has the books of then, whatever its rules.
 */
export const createRestorableTruth = (options: TruthOptions, mayBeRestored: boolean): RestorableTruth => {
  const told: Told[] = [];
  let isKept = mayBeRestored;
  /** How much had been told when the backup was taken, and when that was. */
  let backup = { told: 0, at: 0 };
  /** While the past is gone over: what it was like. */
  let then: Told | null = null;

  const keep = (tell: Told["tell"], isOutside = false, place = told.length): void => {
    if (!isKept) return;
    const at = options.now();
    told.splice(place, 0, { at, silent: silentIn(options.stored, at), isOutside, tell });
  };

  const create = (past: TruthOptions["past"] | null): Truth =>
    createTruth({
      ...options,
      now: () => then?.at ?? options.now(),
      silent: () => then?.silent ?? silentIn(options.stored, options.now()),
      ...(past && { past }),
      onEnded: (messageId) => keep((truth) => truth.outbox.recorded(messageId)),
      // It is heeded before what was observed is judged.
      onHeeded: (submission) =>
        keep((truth) => truth.carrierOptOuts.heeded(submission), false, Math.max(0, told.length - 1)),
    });

  let current = create(null);
  let isReturning = false;

  const asked = (text: AskedText): Asking => {
    const asking = current.asks.asked(text);
    let again: Asking | null = null;
    keep((truth) => {
      again = truth.asks.asked(text);
    });
    return {
      sent: (answer) => {
        asking.sent(answer);
        keep(() => again?.sent(answer));
      },
      delivered: () => {
        asking.delivered();
        keep(() => again?.delivered());
      },
      failed: () => {
        asking.failed();
        keep(() => again?.failed());
      },
    };
  };

  return {
    get pairs() {
      return current.pairs;
    },
    get outbox() {
      return current.outbox;
    },
    get endings() {
      return current.endings;
    },
    get events() {
      return current.events;
    },
    get retries() {
      return current.retries;
    },
    get participantEvents() {
      return current.participantEvents;
    },
    get carrierOptOuts() {
      return current.carrierOptOuts;
    },
    observe: (...call) => {
      keep((truth) => truth.observe(...call));
      current.observe(...call);
    },
    submitted: (submission) => {
      keep((truth) => truth.submitted(submission));
      current.submitted(submission);
    },
    receipted: (carrierId) => {
      keep((truth) => truth.receipted(carrierId));
      current.receipted(carrierId);
    },
    answered: (...answer) => {
      keep((truth) => truth.answered(...answer));
      current.answered(...answer);
    },
    asks: { mustBeAskable: (text) => current.asks.mustBeAskable(text), asked },
    typed: {
      ...current.typed,
      typed: (text) => {
        keep((truth) => truth.typed.typed(text), true);
        current.typed.typed(text);
      },
      acknowledged: (sending) => {
        const place = told.length;
        keep((truth) => {
          if (place < backup.told) truth.typed.acknowledged(sending);
          else truth.typed.forgotten(sending);
        }, true);
        current.typed.acknowledged(sending);
      },
      readdressed: (...to) => {
        keep((truth) => truth.typed.readdressed(...to), true);
        current.typed.readdressed(...to);
      },
      unconfirmed: (...by) => {
        keep((truth) => truth.typed.unconfirmed(...by), true);
        current.typed.unconfirmed(...by);
      },
      finalCheck: () => current.typed.finalCheck(),
    },
    departures: {
      ...current.departures,
      expired: (process) => {
        keep((truth) => truth.departures.expired(process));
        current.departures.expired(process);
      },
      repetitions: () => current.departures.repetitions(),
    },
    controlledLinks: {
      ...current.controlledLinks,
      said: (...order) => {
        keep((truth) => truth.controlledLinks.said(...order));
        current.controlledLinks.said(...order);
      },
      sent: (...what) => current.controlledLinks.sent(...what),
    },
    restored: () => current.restored(),
    backedUp: () => {
      backup = { told: told.length, at: options.now() };
    },
    broughtBack: () => {
      const before = current;
      isKept = false;
      current = create({
        isOn: () => then !== null,
        expected: before.participantEvents.expectedUntil(backup.at),
        endedUnsent: (messageId) => isReturning && before.events.endedUnsent(messageId),
      });
      told.forEach((each, place) => {
        if (place >= backup.told && !each.isOutside) return;
        then = each;
        each.tell(current);
      });
      then = null;
      isReturning = true;
      current.restored();
      isReturning = false;
    },
  };
};

import type { MemoryTables, StoredMessage } from "#adapters/memory/tables.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import { Broken } from "./broken.ts";
import type { Departures } from "./departures.ts";
import type { Outbox } from "./outbox.ts";
import type { Pairs } from "./pairs.ts";
import type { Wishes } from "./wishes.ts";

export interface EndingsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly stored: MemoryTables;
  readonly serviceOf: ReadonlyMap<string, string>;
  readonly said: (carrierId: string) => readonly ReceiptState[];
  /** When we told the carrier that we have its receipt of an id. */
  readonly receiptedAt: (carrierId: string) => number | null;
  /** Ids of parts that the carrier gave out for a message, by part. */
  readonly idsOf: (messageId: string) => readonly { readonly part: number; readonly carrierId: string }[];
  /** Whether the carrier has refused the message, or answered that it has trouble with it. */
  readonly refused: (messageId: string) => boolean;
  readonly onEnded: (messageId: string) => void;
}

/** Receipts of parts are looked for in each sweep; clocks differ, and a sweep may be late. */
const LOOKED_MS = 3 * SETTINGS.sweepMs;

/** Rule 6, and that every final state is true of the handset. Looks at the store itself, after every write. */
export const createEndings = (
  outbox: Outbox,
  pairs: Pairs,
  departures: Departures,
  wishes: Wishes,
  options: EndingsOptions,
) => {
  const { now, epoch, skewMaxMs, stored, serviceOf, said, receiptedAt, idsOf, refused, onEnded } = options;
  const finals = new Map<string, FinalOutcome>();

  const says = (messageId: string, state: ReceiptState): boolean =>
    idsOf(messageId).some(({ carrierId }) => said(carrierId).includes(state));

  /** Whether every part was receipted, so long ago that somebody must have looked. */
  const isReceipted = ({ taken }: StoredMessage): boolean => {
    const parts = taken.at(-1)?.parts ?? 0;
    const before = now() - LOOKED_MS;
    return Array.from({ length: parts }, (_, part) =>
      taken.some((fact) => fact.part === part && (receiptedAt(fact.carrierId ?? "") ?? before) < before),
    ).every(Boolean);
  };

  const mustBeTrue = (message: StoredMessage, { state, failure }: FinalOutcome): void => {
    const { id, outbound } = message;
    if (!outbound) return;
    if (!outbox.get(id)) throw new Broken("nothing lost", "a message is stored that nobody has committed");
    const wrong = (detail: string): never => {
      throw new Broken("states are true", detail);
    };
    if (state === "delivered") {
      const ids = idsOf(id);
      const parts = new Set(ids.map(({ part }) => part));
      const isWhole = [...parts].every((part) =>
        ids.some((each) => each.part === part && said(each.carrierId).includes("delivered")),
      );
      if (!isWhole || !departures.hasLeft(id)) wrong("called delivered, but no handset has it");
    } else if (failure?.code === "ttl") {
      if (now() + skewMaxMs < outbound.expiresAt - epoch) wrong("called expired before its time");
    } else if (failure?.code === "reassigned") {
      if (!mayBeOthers(outbound)) wrong("called reassigned, but nobody else could have the thread");
    } else if (failure?.code === "no-receipt") {
      if (!departures.hasLeft(id)) wrong("a receipt was awaited of what never left");
      if (isReceipted(message)) wrong("every part was receipted, and no receipt is said to have come");
    } else if (state === "blocked") {
      if (!isUnwelcome(outbound)) wrong("called blocked, but nobody asked for that since it was accepted");
    } else if (!refused(id) && !says(id, state as ReceiptState)) {
      wrong(`called ${state}, but nobody said so`);
    }
  };

  /** Whether a wish that came after it keeps it from leaving. A link may say so too. */
  const isUnwelcome = ({ id, source, destination }: OutboundMessage): boolean =>
    refused(id) ||
    wishes.optOuts.hasHeldSince(serviceOf.get(source)!, destination, outbox.bornAt(id)) ||
    pairs
      .meanings(destination, source)
      .some(({ recipient }) =>
        wishes.hasBlockedSince(serviceOf.get(source)!, destination, recipient, outbox.bornAt(id)),
      );

  /** Its thread belongs to others, or could have: a quarantine was over, even if the same people have it again by now. */
  const mayBeOthers = ({ destination, source, conversationId }: OutboundMessage): boolean => {
    const meanings = pairs.meanings(destination, source);
    if (meanings.at(-1)?.conversationId !== conversationId) return true;
    return meanings.some(
      ({ until, quarantinedUntil }, i) =>
        Math.max(until, quarantinedUntil - skewMaxMs) <= now() && meanings[i + 1]?.from !== until,
    );
  };

  /** `isJudged`: false where what is stored was judged before. */
  const look = (isJudged = true): void => {
    for (const message of stored.messages.values()) {
      const before = finals.get(message.id);
      const { outcome } = message;
      if (before) {
        if (outcome !== before)
          throw new Broken("final is final", `${before.state} became ${outcome?.state}`);
      } else if (outcome) {
        finals.set(message.id, outcome);
        onEnded(message.id);
        outbox.recorded(message.id);
        if (isJudged) mustBeTrue(message, outcome);
      }
    }
  };

  return {
    look: () => look(),
    restored: () => look(false),
    isFinal: (id: string): boolean => finals.has(id),
  };
};

export type Endings = ReturnType<typeof createEndings>;

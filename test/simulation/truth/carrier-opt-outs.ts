import type { MemoryTables } from "#adapters/memory/tables.ts";
import { isOptedOutAtCarrier } from "#core/domain/receipt.ts";
import type { Submission } from "#test/simulation/carrier/carrier.ts";
import { Broken } from "./broken.ts";
import type { Wishes } from "./wishes.ts";

/** Follows what the carrier says of handsets that have opted out there, until storage has it. */
export interface CarrierOptOuts {
  submitted(submission: Submission): void;
  /** Something has been written: facts come before the texts of the same batch. */
  look(): void;
  /** It has been heeded, in a time that is gone over once more. */
  heeded(submission: Submission): void;
  /** The store has gone back: what it has is not new. */
  restored(): void;
}

export const createCarrierOptOuts = (
  stored: MemoryTables,
  wishes: Wishes,
  serviceOf: ReadonlyMap<string, string>,
  onHeeded: (submission: Submission) => void,
): CarrierOptOuts => {
  /** What the carrier says of them has not been stored yet. */
  const open = new Map<string, Submission>();
  /** A text of one part ends once: only what ended it is heard. */
  const ended = new Set<string>();

  const heeded = ({ messageId, source, destination }: Submission): void => {
    ended.add(messageId);
    wishes.optOuts.stopByCarrier(serviceOf.get(source)!, destination);
  };
  const isStored = ({ messageId, carrierId }: Submission): boolean =>
    stored.messages.get(messageId)?.partReceipts.has(carrierId) ?? false;

  const heed = (submission: Submission): void => {
    const { messageId, parts, carrierId } = submission;
    const message = stored.messages.get(messageId)!;
    const receipt = message.partReceipts.get(carrierId)!;
    // The carrier has contradicted itself, and this came first.
    if (receipt.state === "delivered") return;
    if (!isOptedOutAtCarrier(receipt))
      throw new Broken("opt-out", "the carrier said that somebody wants no texts, and it was not understood");
    const hasEndedIt = message.outcome !== null && isOptedOutAtCarrier(message.outcome);
    if (parts === 1 && (!hasEndedIt || ended.has(messageId))) return;
    onHeeded(submission);
    heeded(submission);
  };

  return {
    submitted: (submission) => {
      if (submission.isOptedOut) open.set(submission.carrierId, submission);
    },
    look: () => {
      for (const submission of open.values()) {
        if (!isStored(submission)) continue;
        open.delete(submission.carrierId);
        heed(submission);
      }
    },
    heeded,
    restored: () => {
      for (const submission of open.values()) if (isStored(submission)) open.delete(submission.carrierId);
    },
  };
};

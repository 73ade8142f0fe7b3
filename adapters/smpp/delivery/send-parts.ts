import type { SmppConnection } from "#adapters/smpp/session/connection.ts";
import type { SubmitOutcome } from "#adapters/smpp/session/output.ts";
import type { Failure, OutboundMessage } from "#core/domain/message.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import { storedId } from "./carrier-ids.ts";
import { classifySubmitStatus } from "./outcomes.ts";
import { submitOf } from "./submit-sm.ts";

/** A message on its way over one bind, a part at a time. It comes back with the outcome of each part. */
export interface Sending {
  readonly message: OutboundMessage;
  /** The whole text, cut up. */
  readonly segments: readonly string[];
  /** 0 to 255; ties the parts together. */
  readonly reference: number;
  /** As SMPP writes it. */
  readonly validUntil: string;
  /** The part that is being sent, from 0, and the one before which to stop. */
  part: number;
  readonly end: number;
  /** Of the parts that were accepted. */
  carrierIds: readonly (string | null)[];
  readonly done: (outcome: SendOutcome) => void;
}

/** None yet. */
export const NO_IDS: readonly (string | null)[] = [];

export const UNSENT: SendOutcome = { kind: "unsent" };

const INVALID: Failure = { code: "smpp-invalid", detail: "The message cannot be written as SMPP" };

/** Submits the next part, if there is one to be sent. */
export const sendPart = (connection: SmppConnection<Sending>, sending: Sending): void => {
  const { part, end, carrierIds, done } = sending;
  if (part >= end) {
    done({ kind: "accepted", carrierIds });
    return;
  }
  const taken = connection.submit(submitOf(sending), sending);
  if (taken === "taken") return;
  if (taken === "invalid") done({ kind: "refused", carrierIds, failure: INVALID });
  else done(carrierIds.length === 0 ? UNSENT : { kind: "accepted", carrierIds });
};

/** Goes on to the part after one that was accepted; stops at the first that was not. */
export const partAnswered = (
  connection: SmppConnection<Sending>,
  sending: Sending,
  outcome: SubmitOutcome,
): void => {
  if (outcome.kind !== "accepted") {
    sending.done(outcomeOf(outcome, sending.carrierIds));
    return;
  }
  sending.carrierIds = sending.carrierIds.concat(carrierIdOf(outcome.messageId));
  sending.part += 1;
  sendPart(connection, sending);
};

/** Null: no receipt will match. */
const carrierIdOf = (messageId: string): string | null => (messageId === "" ? null : storedId(messageId));

const outcomeOf = (
  outcome: Exclude<SubmitOutcome, { kind: "accepted" }>,
  carrierIds: readonly (string | null)[],
): SendOutcome => {
  if (outcome.kind === "unknown") return { kind: "unknown", carrierIds };
  const code = `smpp-0x${outcome.status.toString(16).padStart(2, "0")}`;
  switch (classifySubmitStatus(outcome.status, outcome.nack)) {
    case "throttled":
      return { kind: "throttled", carrierIds, waitMs: null };
    case "permanent":
      return {
        kind: "refused",
        carrierIds,
        failure: { code, detail: `The carrier refuses the message (${code})` },
      };
    case "session-fault":
      // The message is sound; the link is being replaced.
      return carrierIds.length === 0 ? UNSENT : { kind: "accepted", carrierIds };
    case "retry":
    case "accepted":
      return {
        kind: "retry",
        carrierIds,
        failure: { code, detail: `The carrier has trouble for now (${code})` },
      };
  }
};

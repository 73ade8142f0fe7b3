import { storedId } from "#adapters/vonage-smpp/carrier-ids.ts";
import type { SmppConnection } from "#adapters/vonage-smpp/connection.ts";
import { verdictOf } from "#adapters/vonage-smpp/outcomes.ts";
import type { ShortMessage } from "#adapters/vonage-smpp/pdu.ts";
import type { SubmitOutcome } from "#adapters/vonage-smpp/session-output.ts";
import type { Failure, OutboundMessage } from "#core/domain/message.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";

/** A part on its way, and what to do with its outcome. */
export interface Sending {
  readonly message: OutboundMessage;
  readonly part: number;
  readonly parts: number;
  readonly done: (outcome: SubmitOutcome) => void;
}

export const UNSENT: SendOutcome = { kind: "unsent" };

const INVALID: Failure = { code: "smpp-invalid", detail: "The message cannot be written as SMPP" };

/** Submits the parts from `first` up to but not including `end`, one after another; stops at the first that is not taken. */
export function sendParts(
  connection: SmppConnection<Sending>,
  message: OutboundMessage,
  submits: readonly ShortMessage[],
  first: number,
  end: number,
  resolve: (outcome: SendOutcome) => void,
): void {
  const carrierIds: (string | null)[] = [];
  const submit = (part: number): void => {
    const done = (outcome: SubmitOutcome) => {
      if (outcome.kind !== "accepted") return resolve(outcomeOf(outcome, carrierIds));
      carrierIds.push(outcome.messageId === "" ? null : storedId(outcome.messageId));
      if (part + 1 < end) submit(part + 1);
      else resolve({ kind: "accepted", carrierIds });
    };
    const taken = connection.submit(submits[part]!, { message, part, parts: submits.length, done });
    if (taken === "taken") return;
    if (taken === "invalid") resolve({ kind: "refused", carrierIds, failure: INVALID });
    else resolve(carrierIds.length === 0 ? UNSENT : { kind: "accepted", carrierIds });
  };
  if (first < end) submit(first);
  else resolve({ kind: "accepted", carrierIds });
}

function outcomeOf(
  outcome: Exclude<SubmitOutcome, { kind: "accepted" }>,
  carrierIds: readonly (string | null)[],
): SendOutcome {
  if (outcome.kind === "unknown") return { kind: "unknown", carrierIds };
  const code = `smpp-0x${outcome.status.toString(16).padStart(2, "0")}`;
  switch (verdictOf(outcome.status, outcome.nack)) {
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
}

import { type SmppProfile, submitResultClass } from "#adapters/smpp/profile.ts";
import type { SubmitOutcome } from "#adapters/smpp/session/output.ts";
import type { SmppConnection } from "#adapters/smpp/session/smpp-connection.ts";
import type { Failure } from "#core/domain/failure.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import { storedId } from "./carrier-ids.ts";
import { type Sending, UNSENT } from "./sending.ts";
import { submitOf } from "./submit-sm.ts";

const INVALID: Failure = { code: "smpp-invalid", detail: "The message cannot be written as SMPP" };

/** Submits the next part, if there is one to be sent. */
export const sendPart = (
  connection: SmppConnection<Sending>,
  profile: SmppProfile,
  sending: Sending,
): void => {
  const { part, end, carrierIds, done } = sending;
  if (part >= end) {
    done({ kind: "accepted", carrierIds });
    return;
  }
  const result = connection.submit(submitOf(sending, profile), sending);
  if (result === "submitted") return;
  if (result === "invalid") done({ kind: "refused", carrierIds, failure: INVALID });
  else done(carrierIds.length === 0 ? UNSENT : { kind: "accepted", carrierIds });
};

/** Goes on to the part after one that was accepted; stops at the first that was not. */
export const partAnswered = (
  connection: SmppConnection<Sending>,
  profile: SmppProfile,
  sending: Sending,
  outcome: SubmitOutcome,
): void => {
  if (outcome.kind !== "accepted") {
    sending.done(outcomeOf(outcome, profile, sending.carrierIds));
    return;
  }
  sending.carrierIds = sending.carrierIds.concat(carrierIdOf(outcome.messageId));
  sending.part += 1;
  sendPart(connection, profile, sending);
};

/** Null: no receipt will match. */
const carrierIdOf = (messageId: string): string | null => (messageId === "" ? null : storedId(messageId));

const outcomeOf = (
  outcome: Exclude<SubmitOutcome, { kind: "accepted" }>,
  profile: SmppProfile,
  carrierIds: readonly (string | null)[],
): SendOutcome => {
  if (outcome.kind === "unknown") return { kind: "unknown", carrierIds };
  const code = `smpp-0x${outcome.status.toString(16).padStart(2, "0")}`;
  switch (submitResultClass(profile, outcome.status, outcome.nack)) {
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

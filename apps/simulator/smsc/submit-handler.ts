import type { CustomerContext } from "#apps/simulator/context.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { STATUS } from "./command-status.ts";
import { createGarbageSource } from "./garbage.ts";
import { encodePdu, type Pdu, type Tlv } from "./raw-pdu.ts";
import { parseSubmission, type Submission } from "./submission.ts";

/** Where a submit_sm came from, and what can be done about it there. */
export interface SubmitOrigin {
  readonly server: string;
  readonly connection: string;
  readonly takesTlvs: boolean;
  readonly send: (frame: Buffer) => void;
  readonly cut: () => void;
}

export type SubmitHandler = (pdu: Pdu, origin: SubmitOrigin) => void;

/** Vonage's own TLVs (support article 204015753), asked for with 0x1421. */
const TLV_PRICE = 0x1422;
const TLV_BALANCE = 0x1423;
const TLV_NETWORK = 0x1402;

/** Takes submit_sm, or says why not; then answers, or does what a fault says instead. */
export const createSubmitHandler = (
  context: CustomerContext,
  sendReceipt: (receipt: Receipt) => void,
): SubmitHandler => {
  const { stats, faults, timers, outbound, ledger, settings } = context;
  const nextGarbage = createGarbageSource();

  const answerLater = (work: () => void): void => {
    const ms = faults.answerDelayMs();
    if (ms > 0) timers.after(ms, work);
    else work();
  };

  const check = ({ from, to }: Submission): number => {
    if (!outbound.isAllowedSender(from)) return STATUS.invalidSource;
    if (!outbound.isAllowedDestination(to)) return STATUS.invalidDestination;
    return ledger.charge(1) ? STATUS.ok : STATUS.submitFailed;
  };

  const accept = (pdu: Pdu, submission: Submission, origin: SubmitOrigin) => {
    const { server, send } = origin;
    const connection = settings.smpp.joinParts === "bind" ? origin.connection : server;
    const { messageId, network, price, receipts } = outbound.take({
      ...submission,
      link: "smpp",
      server: connection,
      connection: origin.connection,
      clientRef: undefined,
    });
    const isWanted = ({ state }: Receipt): boolean =>
      submission.receipts === "all" || (submission.receipts === "failures" && state === "failed");
    const sendLater = () => {
      for (const { receipt, afterMs } of receipts.later) {
        if (isWanted(receipt)) timers.after(afterMs, () => sendReceipt(receipt));
      }
    };
    for (const receipt of receipts.first) if (isWanted(receipt)) sendReceipt(receipt);

    if (faults.takeLinkCut()) {
      stats.smpp.unanswered += 1;
      stats.smpp.linksCut += 1;
      sendLater();
      return origin.cut();
    }
    if (faults.takeMute()) {
      stats.smpp.unanswered += 1;
      return sendLater();
    }
    const garbage = nextGarbage(faults.current());
    if (garbage) {
      stats.smpp.garbage += 1;
      send(garbage);
    }
    const tlvs: readonly Tlv[] =
      submission.wantsPrice && origin.takesTlvs
        ? [
            { tag: TLV_PRICE, value: price },
            { tag: TLV_BALANCE, value: ledger.balance() },
            { tag: TLV_NETWORK, value: network },
          ]
        : [];
    answerLater(() => {
      send(
        encodePdu("submit_sm_resp", { sequence_number: pdu.sequence_number, message_id: messageId }, tlvs),
      );
      sendLater();
    });
  };

  return (pdu, origin) => {
    stats.smpp.submits += 1;
    stats.arrivals.smpp.mark();
    const refuse = (status: number): void => {
      stats.smpp[status === STATUS.throttled ? "throttled" : "refused"] += 1;
      const { sequence_number } = pdu;
      answerLater(() =>
        origin.send(encodePdu("submit_sm_resp", { sequence_number, command_status: status })),
      );
    };
    if (context.gate("smpp") > 0) return refuse(STATUS.throttled);
    const parsed = parseSubmission(pdu);
    if (!parsed.ok) return refuse(parsed.status);
    if (faults.takeNack()) {
      stats.smpp.refused += 1;
      const { sequence_number } = pdu;
      return origin.send(
        encodePdu("generic_nack", { sequence_number, command_status: STATUS.invalidCommandId }),
      );
    }
    const status = check(parsed.submission);
    if (status !== STATUS.ok) return refuse(status);
    accept(pdu, parsed.submission, origin);
  };
};

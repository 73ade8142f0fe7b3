import type { SmppOptions } from "#apps/simulator/options.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { concatenationHeader } from "#apps/simulator/text/user-data-header.ts";
import type { InboundPart } from "#apps/simulator/webhooks/webhook-params.ts";
import { encodePdu } from "./raw-pdu.ts";
import { messageState, receiptText } from "./receipt-text.ts";

const INTERNATIONAL = { ton: 1, npi: 1 };
const UDH_INDICATOR = 0x40;
const DELIVERY_RECEIPT = 0x04;

/** A deliver_sm with a handset's text, or a part of it; the sequence number is put in when it is sent. */
export const inboundFrame = ({ from, to, part, concatenation }: InboundPart): Buffer =>
  encodePdu("deliver_sm", {
    ...addresses(from, to),
    esm_class: concatenation ? UDH_INDICATOR : 0,
    data_coding: part.alphabet === "gsm" ? 0 : 8,
    short_message: concatenation
      ? Buffer.concat([concatenationHeader(concatenation), part.octets])
      : part.octets,
  });

/** A deliver_sm with a receipt: from the handset, to the sender. */
export const receiptFrame = (receipt: Receipt, options: SmppOptions, takesTlvs: boolean): Buffer =>
  encodePdu("deliver_sm", {
    ...addresses(receipt.to, receipt.from),
    esm_class: DELIVERY_RECEIPT,
    data_coding: 0,
    short_message: Buffer.from(receiptText(receipt, options.receiptId), "ascii"),
    ...(takesTlvs && options.receiptTlv && { receipted_message_id: receipt.messageId }),
    ...(takesTlvs && { message_state: messageState(receipt) }),
  });

const addresses = (from: string, to: string) => ({
  source_addr_ton: INTERNATIONAL.ton,
  source_addr_npi: INTERNATIONAL.npi,
  source_addr: from,
  dest_addr_ton: INTERNATIONAL.ton,
  dest_addr_npi: INTERNATIONAL.npi,
  destination_addr: to,
});

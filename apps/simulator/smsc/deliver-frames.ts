import type { Faults } from "#apps/simulator/faults.ts";
import type { SmppOptions } from "#apps/simulator/options.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { concatenationHeader } from "#apps/simulator/text/user-data-header.ts";
import type { InboundPart } from "#apps/simulator/webhooks/webhook-params.ts";
import { encodePdu } from "./raw-pdu.ts";
import { messageState, receiptText } from "./receipt-text.ts";

const INTERNATIONAL = { ton: 1, npi: 1 };
const UDH_INDICATOR = 0x40;
const DELIVERY_RECEIPT = 0x04;

/** user_message_reference, which says that it has two octets, and has one. */
const BROKEN_TLV = Buffer.from("0204000207", "hex");

/** A deliver_sm with a handset's text, or a part of it; the sequence number is put in when it is sent. */
export const inboundFrame = ({ from, to, part, concatenation }: InboundPart, faults: Faults): Buffer =>
  deliveryFrame(
    {
      ...addresses(from, to),
      esm_class: concatenation ? UDH_INDICATOR : 0,
      data_coding: part.alphabet === "gsm" ? 0 : 8,
    },
    concatenation ? Buffer.concat([concatenationHeader(concatenation), part.octets]) : part.octets,
    faults,
  );

/** A deliver_sm with a receipt: from the handset, to the sender. */
export const receiptFrame = (
  receipt: Receipt,
  options: SmppOptions,
  takesTlvs: boolean,
  faults: Faults,
): Buffer =>
  deliveryFrame(
    {
      ...addresses(receipt.to, receipt.from),
      esm_class: faults.receipts?.unclassed === true ? 0 : DELIVERY_RECEIPT,
      data_coding: 0,
      ...(takesTlvs && options.receiptTlv && { receipted_message_id: receipt.messageId }),
      ...(takesTlvs && { message_state: messageState(receipt) }),
    },
    Buffer.from(receiptText(receipt, options.receiptId), "ascii"),
    faults,
  );

const deliveryFrame = (fields: Readonly<Record<string, unknown>>, text: Buffer, { smpp }: Faults): Buffer => {
  const frame =
    smpp?.dataSm === true
      ? encodePdu("data_sm", { ...fields, message_payload: text })
      : encodePdu("deliver_sm", { ...fields, short_message: text });
  // Behind data_sm there is no text but in TLVs: what is cut off would be the text.
  if (smpp?.brokenTlvs !== true || smpp.dataSm === true) return frame;
  const broken = Buffer.concat([frame, BROKEN_TLV]);
  broken.writeUInt32BE(broken.length, 0);
  return broken;
};

const addresses = (from: string, to: string) => ({
  source_addr_ton: INTERNATIONAL.ton,
  source_addr_npi: INTERNATIONAL.npi,
  source_addr: from,
  dest_addr_ton: INTERNATIONAL.ton,
  dest_addr_npi: INTERNATIONAL.npi,
  destination_addr: to,
});

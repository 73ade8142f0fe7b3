import smpp from "smpp";
import type { Pdu, ShortMessage, Tlvs } from "#adapters/smpp/protocol/pdu.ts";
import { type Tlv, tlvList } from "./tlv-bytes.ts";

/** A name under which node-smpp knows a TLV; those it does not know are registered as plain bytes. */
const nameOfTag = (tag: number): string => {
  for (const [name, definition] of Object.entries(smpp.tlvs)) if (definition.id === tag) return name;
  const name = `vendor_${tag}`;
  smpp.addTLV(name, { id: tag, type: smpp.types.tlv.buffer });
  return name;
};

/**
 * node-smpp would turn texts and times into strings and dates of its own making. Without its filters both sides handle the same
 * bytes. Changes node-smpp for the whole process: only for tests.
 */
export const withoutFilters = (): void => {
  for (const command of ["deliver_sm", "submit_sm"]) {
    for (const field of Object.values(smpp.commands[command]!.params!)) delete field.filter;
  }
  for (const tlv of Object.values(smpp.tlvs)) delete tlv.filter;
};

const fieldValue = (name: string, { value }: Tlv): unknown => {
  const type = (smpp.tlvs[name] as unknown as { type: unknown }).type;
  const { int8, int16, cstring } = smpp.types.tlv;
  if (type === int8 || type === int16) return value.readUIntBE(0, value.length);
  if (type === cstring) return value.subarray(0, -1).toString("latin1");
  return value;
};

const tlvFields = (tlvs: Tlvs) =>
  Object.fromEntries(
    tlvList(tlvs).map((tlv) => {
      const name = nameOfTag(tlv.tag);
      return [name, fieldValue(name, tlv)];
    }),
  );

export const messageFields = (message: ShortMessage): Record<string, unknown> => ({
  service_type: message.serviceType,
  source_addr_ton: message.sourceTon,
  source_addr_npi: message.sourceNpi,
  source_addr: message.source,
  dest_addr_ton: message.destinationTon,
  dest_addr_npi: message.destinationNpi,
  destination_addr: message.destination,
  esm_class: message.esmClass,
  protocol_id: message.protocolId,
  priority_flag: message.priority,
  schedule_delivery_time: message.scheduleTime,
  validity_period: message.validityPeriod,
  registered_delivery: message.registeredDelivery,
  replace_if_present_flag: message.replaceIfPresent,
  data_coding: message.dataCoding,
  sm_default_msg_id: message.defaultMessageId,
  short_message: message.shortMessage,
  ...tlvFields(message.tlvs),
});

/** The bytes that node-smpp makes of the same PDU. */
export const nodeSmppEncode = (pdu: Pdu): Buffer => {
  const header = { sequence_number: pdu.sequence, command_status: "status" in pdu ? pdu.status : 0 };
  if ("message" in pdu)
    return new smpp.PDU(pdu.kind, { ...header, ...messageFields(pdu.message) }).toBuffer();
  if ("messageId" in pdu) {
    return new smpp.PDU(pdu.kind, {
      ...header,
      message_id: pdu.messageId,
      ...tlvFields(pdu.tlvs),
    }).toBuffer();
  }
  return new smpp.PDU(pdu.kind, header).toBuffer();
};

/** The same fields as node-smpp reads them from bytes. */
export const nodeSmppDecode = (bytes: Buffer): Record<string, unknown> => {
  return { ...new smpp.PDU(bytes) };
};

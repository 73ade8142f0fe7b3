import { DATA_CODING, encodeUcs2 } from "#adapters/vonage-smpp/data-coding.ts";
import { encodeGsm } from "#adapters/vonage-smpp/gsm-text.ts";
import { NO_TLVS, type ShortMessage } from "#adapters/vonage-smpp/pdu.ts";
import { concatenationHeader, UDH_INDICATOR } from "#adapters/vonage-smpp/user-data.ts";
import type { OutboundMessage } from "#core/domain/message.ts";
import { alphabetOf, segmentsOf } from "#core/domain/message-text.ts";

/** An international number (type of number 1) of the telephone plan (numbering plan 1): E.164 digits without plus. */
const INTERNATIONAL = 1;
const E164 = 1;

/** Only the final receipt is wanted (SMPP 3.4 §5.2.17). */
const FINAL_RECEIPT = 1;

/** A validity shorter than this is refused or ignored by carriers. */
const VALIDITY_MIN_MS = 60_000;

/** The parts of a message as submit_sm, in order: one for a short text. `reference` (0 to 255) ties the parts together. */
export function submitsOf(message: OutboundMessage, reference: number, now: number): readonly ShortMessage[] {
  const text = message.text.toWellFormed();
  const segments = segmentsOf(text);
  const alphabet = alphabetOf(text);
  const validUntil = absoluteTime(Math.max(message.expiresAt, now + VALIDITY_MIN_MS));
  return segments.map((segment, i) => {
    const body = (alphabet === "gsm7" ? encodeGsm(segment) : undefined) ?? encodeUcs2(segment);
    const isPart = segments.length > 1;
    return {
      serviceType: "",
      sourceTon: INTERNATIONAL,
      sourceNpi: E164,
      source: message.source,
      destinationTon: INTERNATIONAL,
      destinationNpi: E164,
      destination: message.destination,
      esmClass: isPart ? UDH_INDICATOR : 0,
      protocolId: 0,
      priority: 0,
      scheduleTime: "",
      validityPeriod: validUntil,
      registeredDelivery: FINAL_RECEIPT,
      replaceIfPresent: 0,
      dataCoding: alphabet === "gsm7" ? DATA_CODING.gsm : DATA_CODING.ucs2,
      defaultMessageId: 0,
      shortMessage: isPart
        ? Buffer.concat([concatenationHeader(reference, segments.length, i + 1), body])
        : body,
      tlvs: NO_TLVS,
    };
  });
}

/** What was written last: messages that leave together mostly end together. */
let lastTenth = Number.NaN;
let lastTime = "";

/** A point in time as SMPP writes it (SMPP 3.4 §7.1.1): `YYMMDDhhmmsst00+`, in UTC, `t` being tenths of a second. */
export function absoluteTime(at: number): string {
  const tenth = Math.floor(at / 100);
  if (tenth === lastTenth) return lastTime;
  const [date, time] = new Date(at).toISOString().split("T") as [string, string];
  lastTenth = tenth;
  lastTime = `${date.slice(2).replaceAll("-", "")}${time.slice(0, 8).replaceAll(":", "")}${time.charAt(9)}00+`;
  return lastTime;
}

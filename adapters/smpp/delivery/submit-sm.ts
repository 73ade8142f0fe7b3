import type { SmppProfile } from "#adapters/smpp/profile.ts";
import { NO_TLVS, type ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { DATA_CODING, encodeDefault, encodeUcs2 } from "#adapters/smpp/text/data-coding.ts";
import { concatenationHeader, UDH_INDICATOR } from "#adapters/smpp/text/user-data.ts";
import { alphabetOf, SEGMENTS_MAX } from "#core/domain/segments.ts";
import type { Sending } from "./sending.ts";

/** Only the final receipt is wanted (SMPP 3.4 §5.2.17). */
const FINAL_RECEIPT = 1;

/** Carriers refuse or ignore a validity shorter than this. */
const VALIDITY_MIN_MS = 60_000;

/** The submit_sm of the part that is being sent. All parts of a text have one alphabet. */
export const submitOf = (
  { message, segments, part, reference, validUntil }: Sending,
  profile: Pick<SmppProfile, "addresses" | "defaultAlphabet">,
): ShortMessage => {
  const { ton, npi } = profile.addresses.international;
  const segment = segments[part]!;
  const isLong = segments.length > 1;
  const plain =
    isLong && !isPlain(message.text, profile) ? null : encodeDefault(segment, profile.defaultAlphabet);
  const body = plain ?? encodeUcs2(segment);
  const isPayload =
    plain === null && (isLong ? alphabetOf(message.text) !== "ucs2" : body.length > OCTETS_MAX);
  const isPart = isLong && !isPayload;
  return {
    serviceType: "",
    sourceTon: ton,
    sourceNpi: npi,
    source: message.source,
    destinationTon: ton,
    destinationNpi: npi,
    destination: message.destination,
    esmClass: isPart ? UDH_INDICATOR : 0,
    protocolId: 0,
    priority: 0,
    scheduleTime: "",
    validityPeriod: validUntil,
    registeredDelivery: FINAL_RECEIPT,
    replaceIfPresent: 0,
    dataCoding: plain === null ? DATA_CODING.ucs2 : DATA_CODING.default,
    defaultMessageId: 0,
    shortMessage: isPayload
      ? NO_OCTETS
      : isPart
        ? Buffer.concat([headerOf(reference, segments.length, part), body])
        : body,
    tlvs: isPayload ? payloadTlv(body) : NO_TLVS,
  };
};

/** All parts of a text have one alphabet: what the GSM alphabet can spell, another one under data_coding 0 may not. */
const isPlain = (text: string, { defaultAlphabet }: Pick<SmppProfile, "defaultAlphabet">): boolean =>
  alphabetOf(text) !== "ucs2" && (defaultAlphabet === "gsm" || encodeDefault(text, defaultAlphabet) !== null);

/** What one SMS carries (3GPP TS 23.040 §9.2.3.24.1). */
const OCTETS_MAX = 140;

const NO_OCTETS = Buffer.alloc(0);

/**
 * A text that is cut for the GSM alphabet and cannot be written in the carrier's own is too long in UCS-2: it goes as message_payload,
 * which the carrier cuts itself (SMPP 3.4 §5.3.2.32).
 */
const payloadTlv = (octets: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(TAG.messagePayload, 0);
  header.writeUInt16BE(octets.length, 2);
  return Buffer.concat([header, octets]);
};

/**
 * One octet counts the parts of a text (3GPP TS 23.040 §9.2.3.24.1). A text with more of them leaves as several texts, one after
 * the other, each with a reference of its own.
 */
const headerOf = (reference: number, total: number, part: number): Buffer => {
  const text = Math.floor(part / SEGMENTS_MAX);
  const before = text * SEGMENTS_MAX;
  const parts = Math.min(SEGMENTS_MAX, total - before);
  return concatenationHeader((reference + text) % REFERENCES, parts, part - before + 1); // breakage: same-part-index
};

/** References of one octet. */
const REFERENCES = 256;

/** Until when a message is worth bringing, as SMPP writes it. */
export const validUntil = (expiresAt: number, now: number): string =>
  absoluteTime(Math.max(expiresAt, now + VALIDITY_MIN_MS));

/** What was written last: messages that leave together mostly end together. */
let lastTenth = Number.NaN;
let lastTime = "";

/** A point in time as SMPP writes it (SMPP 3.4 §7.1.1): `YYMMDDhhmmsst00+`, in UTC, `t` being tenths of a second. */
export const absoluteTime = (at: number): string => {
  const tenth = Math.floor(at / 100);
  if (tenth === lastTenth) return lastTime;
  const [date, time] = new Date(at).toISOString().split("T") as [string, string];
  lastTenth = tenth;
  lastTime = `${date.slice(2).replaceAll("-", "")}${time.slice(0, 8).replaceAll(":", "")}${time.charAt(9)}00+`;
  return lastTime;
};

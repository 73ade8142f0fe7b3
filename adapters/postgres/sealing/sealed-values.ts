import type { Participant } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { KeptAnswer } from "#core/ports/idempotency.ts";
import type { StoredPart } from "#core/ports/traffic.ts";
import type { Keyring } from "./keyring.ts";

type Personal = Pick<Participant, "number" | "name" | "country" | "areaPrefix">;

export interface ConversationDetails {
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface MessagePayload {
  /** Empty for an inbound message that goes no further. */
  readonly destination: string;
  readonly text: string;
}

/** What is sealed in which column, by the row that it belongs to. */
export interface SealedValues {
  sealMessage(id: string, payload: MessagePayload): Buffer;
  openMessage(id: string, sealed: Uint8Array): MessagePayload;
  sealRecipient(participantId: string, number: Msisdn): Buffer;
  openRecipient(participantId: string, sealed: Uint8Array): Msisdn;
  sealOptOut(numberIndex: string, number: Msisdn): Buffer;
  openOptOut(numberIndex: string, sealed: Uint8Array): Msisdn;
  sealParticipant(id: string, personal: Personal): Buffer;
  openParticipant(id: string, sealed: Uint8Array): Personal;
  sealConversation(id: string, details: ConversationDetails): Buffer;
  openConversation(id: string, sealed: Uint8Array): ConversationDetails;
  sealReason(conversationId: string, reason: string): Buffer;
  openReason(conversationId: string, sealed: Uint8Array): string;
  sealPart(keyIndex: string, part: StoredPart): Buffer;
  openPart(keyIndex: string, sealed: Uint8Array): StoredPart;
  sealAnswer(requestIndex: string, answer: KeptAnswer): Buffer;
  openAnswer(requestIndex: string, sealed: Uint8Array): KeptAnswer;
}

export const sealedValues = (ring: Keyring): SealedValues => {
  const json = <T>(purpose: Parameters<Keyring["seal"]>[0]["purpose"]) => ({
    // JSON escapes halves of surrogate pairs, which parts of long texts may begin or end with.
    seal: (row: string, value: T) => ring.seal({ purpose, row }, JSON.stringify(value)),
    open: (row: string, sealed: Uint8Array) =>
      JSON.parse(ring.open({ purpose, row }, sealed).toString()) as T,
  });
  const participant = json<Personal>("participant");
  const conversation = json<ConversationDetails>("conversation");
  const part = json<StoredPart>("part");
  const answer = json<KeptAnswer>("answer");
  return {
    sealMessage: (id, { destination, text }) =>
      ring.seal({ purpose: "message", row: id }, `${destination}\n${text}`),
    openMessage: (id, sealed) => {
      const plain = ring.open({ purpose: "message", row: id }, sealed).toString();
      const end = plain.indexOf("\n");
      return { destination: plain.slice(0, end), text: plain.slice(end + 1) };
    },
    sealRecipient: (row, number) => ring.seal({ purpose: "route", row }, number),
    openRecipient: (row, sealed) => ring.open({ purpose: "route", row }, sealed).toString() as Msisdn,
    sealOptOut: (row, number) => ring.seal({ purpose: "opt-out", row }, number),
    openOptOut: (row, sealed) => ring.open({ purpose: "opt-out", row }, sealed).toString() as Msisdn,
    sealParticipant: (id, { number, name, country, areaPrefix }) =>
      participant.seal(id, { number, name, country, areaPrefix }),
    openParticipant: participant.open,
    sealConversation: conversation.seal,
    openConversation: conversation.open,
    sealReason: (row, reason) => ring.seal({ purpose: "reason", row }, reason),
    openReason: (row, sealed) => ring.open({ purpose: "reason", row }, sealed).toString(),
    sealPart: part.seal,
    openPart: part.open,
    sealAnswer: answer.seal,
    openAnswer: answer.open,
  };
};

import type { Participant } from "#core/domain/conversation.ts";
import type { HookSecrets } from "#core/domain/hook-secrets.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Hold } from "#core/domain/quiet-hours/hold.ts";
import type { SigningSecret } from "#core/domain/webhooks/endpoint.ts";
import type { KeptAnswer } from "#core/ports/idempotency.ts";
import type { StoredPart } from "#core/ports/traffic.ts";
import { ok, type Result } from "#core/result.ts";
import type { Keyring, Unreadable } from "./keyring.ts";

type Personal = Pick<Participant, "number" | "name" | "country" | "areaPrefix" | "timeZone">;

export interface ConversationDetails {
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface MessagePayload {
  /** Empty for an inbound message that goes no further. */
  readonly destination: string;
  readonly text: string;
  readonly hold?: Hold | undefined;
}

/** What is left of a line of a broadcast once it is queued has no text. */
export interface LinePayload {
  readonly text: string | null;
  readonly ref: string | null;
}

/** Where a route's recipient is sealed: it opens for this pair in this conversation alone. */
export interface RouteKey {
  /** A blind index, as hexadecimal digits without dashes. */
  readonly senderIndex: string;
  readonly virtualNumber: string | number;
  readonly conversationId: string;
  readonly recipientId: string;
}

/** What could be opened, or why not. */
export type Opened<T> = Result<T, Unreadable>;

/** What is sealed in which column, by the row that it belongs to. What does not open is a value, not an error. */
export interface SealedValues {
  sealMessage(id: string, payload: MessagePayload): Buffer;
  openMessage(id: string, sealed: Uint8Array): Opened<MessagePayload>;
  sealRecipient(route: RouteKey, number: Msisdn): Buffer;
  openRecipient(route: RouteKey, sealed: Uint8Array): Opened<Msisdn>;
  sealOptOut(numberIndex: string, number: Msisdn): Buffer;
  openOptOut(numberIndex: string, sealed: Uint8Array): Opened<Msisdn>;
  /** Of somebody who is to be erased. */
  sealErased(erasureId: string, number: Msisdn): Buffer;
  openErased(erasureId: string, sealed: Uint8Array): Opened<Msisdn>;
  /** Why something is on hold. */
  sealHold(holdId: string, reason: string): Buffer;
  openHold(holdId: string, sealed: Uint8Array): Opened<string>;
  sealParticipant(id: string, personal: Personal): Buffer;
  openParticipant(id: string, sealed: Uint8Array): Opened<Personal>;
  sealConversation(id: string, details: ConversationDetails): Buffer;
  openConversation(id: string, sealed: Uint8Array): Opened<ConversationDetails>;
  sealReason(conversationId: string, reason: string): Buffer;
  openReason(conversationId: string, sealed: Uint8Array): Opened<string>;
  sealPart(keyIndex: string, part: StoredPart): Buffer;
  openPart(keyIndex: string, sealed: Uint8Array): Opened<StoredPart>;
  /** By {@link lineRow}. */
  sealLine(row: string, payload: LinePayload): Buffer;
  openLine(row: string, sealed: Uint8Array): Opened<LinePayload>;
  sealAnswer(requestIndex: string, answer: KeptAnswer): Buffer;
  openAnswer(requestIndex: string, sealed: Uint8Array): Opened<KeptAnswer>;
  sealSecrets(endpointId: string, secrets: readonly SigningSecret[]): Buffer;
  openSecrets(endpointId: string, sealed: Uint8Array): Opened<readonly SigningSecret[]>;
  sealHookSecrets(serviceId: string, secrets: HookSecrets): Buffer;
  openHookSecrets(serviceId: string, sealed: Uint8Array): Opened<HookSecrets>;
  /** What an application answered to an attempt: it may repeat a text. */
  sealWebhookAnswer(row: string, answer: string): Buffer;
  openWebhookAnswer(row: string, sealed: Uint8Array): Opened<string>;
}

/** The name under which a route's recipient is sealed. It begins by a UUIDv7, which spreads the rows over derived keys. */
export const routeRow = ({ senderIndex, virtualNumber, conversationId, recipientId }: RouteKey): string =>
  `${recipientId} ${conversationId} ${senderIndex} ${virtualNumber}`;

/** The answers of idempotency have 256 derived keys: their index is random, and each new beginning would derive a key. */
export const answerRow = (requestIndex: string): string => `key ${requestIndex}`;

/** The name under which the answer to an attempt is sealed. */
export const webhookAnswerRow = (endpointId: string, eventId: string, attempt: number): string =>
  `${endpointId} ${eventId} ${attempt}`;
/** The name under which a line of a broadcast is sealed. */
export const lineRow = (broadcastId: string, line: number | string): string => `${broadcastId} ${line}`;

/** `unreadable` hears of each value that does not open. */
export const sealedValues = (
  ring: Keyring,
  unreadable: (value: Unreadable) => void = () => {},
): SealedValues => {
  type Purpose = Parameters<Keyring["seal"]>[0]["purpose"];
  const open = <T>(
    purpose: Purpose,
    row: string,
    sealed: Uint8Array,
    read: (plain: string) => T,
  ): Opened<T> => {
    const plain = ring.open({ purpose, row }, sealed);
    if (plain.ok) return ok(read(plain.value.toString()));
    unreadable(plain.error);
    return plain;
  };
  const json = <T>(purpose: Purpose) => ({
    // JSON escapes halves of surrogate pairs, which parts of long texts may begin or end with.
    seal: (row: string, value: T) => ring.seal({ purpose, row }, JSON.stringify(value)),
    open: (row: string, sealed: Uint8Array) => open(purpose, row, sealed, (plain) => JSON.parse(plain) as T),
  });
  const participant = json<Personal>("participant");
  const conversation = json<ConversationDetails>("conversation");
  const part = json<StoredPart>("part");
  const line = json<LinePayload>("line");
  const answer = json<KeptAnswer>("answer");
  const secrets = json<readonly SigningSecret[]>("webhook");
  const hooks = json<HookSecrets>("hooks");
  return {
    sealMessage: (id, { destination, text, hold }) =>
      ring.seal({ purpose: "message", row: id }, `${destination}${written(hold)}\n${text}`),
    openMessage: (id, sealed) =>
      open("message", id, sealed, (plain) => {
        const end = plain.indexOf("\n");
        const [destination, ...hold] = plain.slice(0, end).split(" ") as [string, ...string[]];
        return { destination, text: plain.slice(end + 1), ...(hold.length > 0 && { hold: readHold(hold) }) };
      }),
    sealRecipient: (route, number) => ring.seal({ purpose: "route", row: routeRow(route) }, number),
    openRecipient: (route, sealed) => open("route", routeRow(route), sealed, (plain) => plain as Msisdn),
    sealErased: (row, number) => ring.seal({ purpose: "erased", row }, number),
    openErased: (row, sealed) => open("erased", row, sealed, (plain) => plain as Msisdn),
    sealHold: (row, reason) => ring.seal({ purpose: "hold", row }, reason),
    openHold: (row, sealed) => open("hold", row, sealed, (plain) => plain),
    sealOptOut: (row, number) => ring.seal({ purpose: "opt-out", row }, number),
    openOptOut: (row, sealed) => open("opt-out", row, sealed, (plain) => plain as Msisdn),
    sealParticipant: (id, { number, name, country, areaPrefix, timeZone }) =>
      participant.seal(id, { number, name, country, areaPrefix, timeZone }),
    openParticipant: participant.open,
    sealConversation: conversation.seal,
    openConversation: conversation.open,
    sealReason: (row, reason) => ring.seal({ purpose: "reason", row }, reason),
    openReason: (row, sealed) => open("reason", row, sealed, (plain) => plain),
    sealPart: part.seal,
    openPart: part.open,
    sealLine: line.seal,
    openLine: line.open,
    sealAnswer: (index, kept) => answer.seal(answerRow(index), kept),
    openAnswer: (index, sealed) => answer.open(answerRow(index), sealed),
    sealSecrets: secrets.seal,
    openSecrets: secrets.open,
    sealHookSecrets: hooks.seal,
    openHookSecrets: hooks.open,
    sealWebhookAnswer: (row, text) => ring.seal({ purpose: "webhook-answer", row }, text),
    openWebhookAnswer: (row, sealed) => open("webhook-answer", row, sealed, (plain) => plain),
  };
};

/** Hardly any message has it: behind the destination, " SINCE FROM-UNTIL FROM-UNTIL". */
const written = (hold: Hold | undefined): string =>
  hold === undefined
    ? ""
    : ["", hold.since, ...hold.windows.map(({ from, until }) => `${from}-${until}`)].join(" ");

const readHold = ([since, ...windows]: readonly string[]): Hold => ({
  since: Number(since),
  windows: windows.map((each) => {
    const [from, until] = each.split("-");
    return { from: Number(from), until: Number(until) };
  }),
});

import type { SignatureMethod } from "#apps/simulator/webhooks/signature.ts";
import type { MessageIdForm } from "./message-ids.ts";
import type { Digits } from "./phone-number.ts";

/** How the account is known to the carrier, over HTTP and over SMPP. */
export interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** When set, webhooks go out signed, and signed requests are checked with it. */
  readonly signatureSecret: string | undefined;
  readonly signatureMethod: SignatureMethod;
  /** PEM; when set, bearer tokens must be signed by its private half. Otherwise any well-formed RS256 token will do. */
  readonly publicKey: string | undefined;
  readonly systemId: string;
  readonly password: string;
  /** In EUR; every part sent costs, and at nothing left sending stops (status 9). */
  readonly balance: number;
  /** A demo account: the only destinations it may text (status 29 for others). Nothing: all. */
  readonly allowedDestinations: readonly Digits[] | undefined;
  /** Refuse senders that are no rented numbers (status 15, 0x0A). */
  readonly checkSender: boolean;
}

/** The settings "Webhook format", "Inbound SMS webhooks" and "Delivery receipts" of a Vonage account. */
export interface WebhookOptions {
  readonly format: "get" | "form" | "json";
  /** Account-wide, for numbers without a `moHttpUrl` of their own. */
  readonly inboundUrl: string | undefined;
  /** Account-wide, for messages without a `callback` of their own. */
  readonly statusUrl: string | undefined;
  readonly retry: RetryProfile;
  /** Which answers are tried again: Vonage's documents say both. No answer at all is always tried again. */
  readonly retryOn: "429-5xx" | "not-2xx";
  /** Sign every try afresh (new nonce and timestamp) or repeat the same bytes. */
  readonly resign: boolean;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** Ask a `moHttpUrl` for a 200 before accepting it. */
  readonly probe: boolean;
}

/** Waits of `firstMs`, multiplied by `factor` up to `maxMs`, for `attempts` tries and `horizonMs` at most. */
export interface RetryProfile {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  readonly attempts: number;
  readonly horizonMs: number;
}

/** Each a second; 0 is no limit. */
export interface Limits {
  readonly http: number;
  readonly smpp: number;
  readonly numbers: number;
  readonly ownedNumbers: number;
  /** Binds at the same time; one more is answered 0x05. 0 is no limit. */
  readonly binds: number;
}

export interface SmppOptions {
  /** One SMSC host a port: parts of one text join only when they came to the same one. 0: any free port. */
  readonly ports: readonly number[];
  /** `server`: parts join when they came to the same host; `bind`: only over the same connection. */
  readonly joinParts: "server" | "bind";
  /** deliver_sm without an answer, on one bind. */
  readonly window: number;
  readonly deliverTimeoutMs: number;
  readonly enquireLinkMs: number;
  /** No bind, or no answer to enquire_link, for this long: the connection is closed. */
  readonly sessionTimeoutMs: number;
  /** After 0x58, 0x08, 0x14, 0x45, 0x67, 0xFE, 0xFF. */
  readonly retry: RetryProfile;
  /** How a receipt's text names the message. */
  readonly receiptId: "decimal" | "same";
  /** Receipts carry receipted_message_id (0x001E) as well. */
  readonly receiptTlv: boolean;
}

/** A number that the account has rented from the start. */
export interface RentedNumber {
  readonly country: string;
  readonly msisdn: Digits;
  readonly moHttpUrl?: string;
  readonly moSmppSysType?: string;
}

export interface SimulatorSettings {
  readonly host: string;
  readonly httpPort: number;
  readonly account: Account;
  readonly webhooks: WebhookOptions;
  readonly limits: Limits;
  readonly smpp: SmppOptions;
  readonly messageIds: MessageIdForm;
  /** How many numbers are for sale, by country. */
  readonly stock: Readonly<Record<string, number>>;
  readonly rented: readonly RentedNumber[];
  /** What a search that finds nothing answers: both forms are seen. */
  readonly nothingFound: "empty-object" | "zero-count";
  /** `pair`: a handset's next text to a number waits until the one before is with the customer; `free`: no order. */
  readonly order: "pair" | "free";
  /** Where rented numbers and their configuration are kept. Nothing: in memory. */
  readonly stateFile: string | undefined;
}

export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Everything has a default: Vonage's documented one where there is one. */
export interface SimulatorOptions
  extends Changes<Omit<SimulatorSettings, "account" | "webhooks" | "limits" | "smpp">> {
  readonly account?: Changes<Account>;
  readonly webhooks?: Changes<WebhookOptions>;
  readonly limits?: Changes<Limits>;
  readonly smpp?: Changes<SmppOptions>;
}

/** For work where Vonage's rates would only be waited for. */
export const noLimits: Limits = { http: 0, smpp: 0, numbers: 0, ownedNumbers: 0, binds: 0 };

import { stringify } from "node:querystring";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { alphabetOf, piecesOf } from "#core/domain/segments.ts";
import type { CarrierLink, LinkReason, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { availability } from "./circuit-breaker.ts";
import { type Exchange, poster } from "./exchange.ts";
import { classifyHttpStatus } from "./outcomes.ts";
import { readSendAnswer } from "./send-answer.ts";

/** Requests under way at the same time, over as many connections. */
export const WINDOW_DEFAULT = 20;

/** An answer later than this counts as lost, in milliseconds. */
export const SEND_TIMEOUT_MS = 10_000;

const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 30_000;

/** Longest `text` of one request, in characters (guide "Concatenation"); longer ones are refused with status 12. */
export const TEXT_MAX = 3_200;

/** Long texts under way whose first pieces are remembered. */
const LONG_TEXTS_MAX = 1_000;

/** `ttl` and `callback` (SMS API 1.5.1): milliseconds, and characters. */
const TTL_MIN_MS = 20_000;
const TTL_MAX_MS = 604_800_000;
const CALLBACK_MAX = 100;

export interface HttpLinkOptions {
  readonly name: string;
  /** Such as `https://rest.nexmo.com`. */
  readonly restHost: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Where receipts are to be brought; null, or too long for the carrier: wherever the account says. */
  readonly callbackUrl: string | null;
  readonly clock: Clock;
  readonly windowSize?: number;
  readonly timeoutMs?: number;
  readonly backOffMs?: number;
  readonly backOffMaxMs?: number;
}

export interface HttpLink extends CarrierLink {
  /** Waits for the answers still due, and lets the connections go: others are made for what comes next. */
  restart(): Promise<void>;
  /** Takes nothing more, waits for the answers still due, and lets the connections go. */
  stop(): Promise<void>;
}

/** The pieces of a long text, and the carrier's ids of those that it has taken. */
interface LongText {
  readonly pieces: readonly string[];
  taken: number;
  readonly carrierIds: (string | null)[];
}

/**
 * Sends by Vonage's SMS API. One request carries a text, which the carrier cuts into SMS; of a text that is too long for that, one
 * piece a call. Requests go out over several connections, so that order holds for what a recipient can see of it: from one
 * number to one handset.
 */
export const httpLink = (options: HttpLinkOptions): HttpLink => {
  const { name, clock, windowSize = WINDOW_DEFAULT, timeoutMs = SEND_TIMEOUT_MS } = options;
  const client = poster({
    url: new URL(`${options.restHost.replace(/\/+$/, "")}/sms/json`),
    authorization: `Basic ${Buffer.from(`${options.apiKey}:${options.apiSecret}`).toString("base64")}`,
    socketsMax: windowSize,
    timeoutMs,
  });
  const callback = isShort(options.callbackUrl) ? { callback: options.callbackUrl } : {};
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const carrier = availability({
    probe: client.probe,
    backOffMs: options.backOffMs ?? BACK_OFF_MS,
    backOffMaxMs: options.backOffMaxMs ?? BACK_OFF_MAX_MS,
    clock,
    onChange: changed,
  });
  /** The last one under way from a number to a handset. */
  const lastByPair = new Map<string, Promise<SendOutcome>>();
  const underWay = new Set<Promise<SendOutcome>>();
  let stopped = false;

  const longTexts = createGenerationalCache<LongText>(LONG_TEXTS_MAX);

  const transmit = (message: OutboundMessage): Promise<SendOutcome> =>
    message.text.length <= TEXT_MAX ? post(message, message.text) : postPiece(message);

  const postPiece = async (message: OutboundMessage): Promise<SendOutcome> => {
    const long = longTexts.get(message.id) ?? newLongText(message.text);
    const outcome = await post(message, long.pieces[long.taken]!);
    if (outcome.kind !== "accepted") return outcome;
    long.taken += 1;
    long.carrierIds.push(...outcome.carrierIds);
    if (long.taken < long.pieces.length) {
      longTexts.set(message.id, long);
      return MORE;
    }
    longTexts.delete(message.id);
    return { kind: "accepted", carrierIds: long.carrierIds };
  };

  const post = async (message: OutboundMessage, text: string): Promise<SendOutcome> => {
    const exchange = await client.post(
      stringify({ ...parametersOf(message, text, clock.now()), ...callback }),
    );
    if (exchange.kind === "answered") carrier.worked();
    else if (exchange.kind === "lost") carrier.lost();
    else carrier.failed();
    return outcomeOf(exchange);
  };

  const afterPrevious = async (
    message: OutboundMessage,
    before: Promise<SendOutcome>,
  ): Promise<SendOutcome> => {
    const calledAt = performance.now();
    await before;
    const isLate = performance.now() - calledAt >= timeoutMs;
    return isLate || carrier.state() !== "up" ? UNSENT : transmit(message);
  };

  const room = (): number => (stopped || carrier.state() !== "up" ? 0 : windowSize - underWay.size);

  return {
    name,
    kind: "http",
    sendsWholeText: true,
    direction: "transceiver",
    room,
    health: () => ({
      state: carrier.state(),
      reason: carrier.state() === "up" ? null : NOT_UP,
      nextAttemptAt: null,
    }),
    status: () => ({
      state: carrier.state(),
      inFlight: underWay.size,
      window: windowSize,
      since: carrier.since(),
    }),
    send: (message, _attempt, done) => {
      if (room() <= 0) {
        done(UNSENT);
        return;
      }
      const pair = `${message.source} ${message.destination}`;
      const before = lastByPair.get(pair);
      const sending = (before ? afterPrevious(message, before) : transmit(message)).then((outcome) => {
        underWay.delete(sending);
        if (lastByPair.get(pair) === sending) lastByPair.delete(pair);
        done(outcome);
        changed();
        return outcome;
      });
      underWay.add(sending);
      lastByPair.set(pair, sending);
    },
    onChange: (listener) => {
      listeners.add(listener);
    },
    restart: async () => {
      await Promise.all(underWay);
      if (!stopped) client.close();
    },
    stop: async () => {
      stopped = true;
      await Promise.all(underWay);
      carrier.stop();
      client.close();
    },
  };
};

const newLongText = (text: string): LongText => ({
  pieces: piecesOf(text, TEXT_MAX),
  taken: 0,
  carrierIds: [],
});

const MORE: SendOutcome = { kind: "more", carrierIds: [] };
const NOT_UP: LinkReason = {
  code: "http-unavailable",
  name: "http-unavailable",
  detail: "The carrier's HTTP API does not answer, or answers with errors",
};

const UNSENT: SendOutcome = { kind: "unsent" };
const UNKNOWN: SendOutcome = { kind: "unknown", carrierIds: [] };

const isShort = (url: string | null): url is string => url !== null && url.length <= CALLBACK_MAX;

const parametersOf = (message: OutboundMessage, text: string, now: number) => ({
  from: message.source,
  to: message.destination,
  text: text.toWellFormed(),
  type: alphabetOf(text) === "ucs2" ? "unicode" : "text",
  ttl: Math.min(Math.max(message.expiresAt - now, TTL_MIN_MS), TTL_MAX_MS),
  "client-ref": message.id,
});

const outcomeOf = (exchange: Exchange): SendOutcome => {
  if (exchange.kind === "unsent") return UNSENT;
  if (exchange.kind === "lost") return UNKNOWN;
  const { status, body, retryAfterMs } = exchange;
  if (status >= 200 && status < 300) return body === null ? UNKNOWN : readSendAnswer(body);
  const { class: result, failure } = classifyHttpStatus(status);
  if (result === "lost") return UNKNOWN;
  if (result === "throttled") return { kind: "throttled", carrierIds: [], waitMs: retryAfterMs };
  return { kind: result, carrierIds: [], failure };
};

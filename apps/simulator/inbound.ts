import { textParts } from "#apps/simulator/text/text-parts.ts";
import type { InboundPart } from "#apps/simulator/webhooks/webhook-params.ts";
import type { Handsets } from "./handsets.ts";
import { type MessageIdForm, newMessageId } from "./message-ids.ts";
import type { Numbers, OwnedNumber } from "./numbers.ts";
import type { Digits } from "./phone-number.ts";
import type { Stats } from "./stats.ts";

/** Texts of handsets that no customer has yet. */
const WAITING_MAX = 200_000;
/** Handsets whose last reference number is remembered. */
const REFERENCES_MAX = 100_000;
/** 3,200 characters is the longest text that Vonage's own interfaces know. */
export const TEXT_MAX = 3_200;

export type Sent =
  | { readonly kind: "sent"; readonly id: string }
  | { readonly kind: "no-such-number" }
  | { readonly kind: "not-a-handset" }
  | { readonly kind: "busy" };

/** Takes what handsets text to the rented numbers, and sees that it gets to the customer. */
export interface Inbound {
  readonly send: (from: Digits, to: Digits, text: string) => Sent;
  readonly waiting: () => number;
}

/** A way to the customer. */
export interface InboundWay {
  /**
   * Brings the parts of one text to the customer. Resolves when the next text of the same two numbers may go:
   * true, or false when it could not even be tried this way (and may go another).
   */
  readonly bring: (parts: readonly InboundPart[], number: OwnedNumber) => Promise<boolean>;
}

interface SimulatorContext {
  readonly numbers: Numbers;
  readonly handsets: Handsets;
  readonly stats: Stats;
}

interface Ways {
  readonly smpp: InboundWay;
  readonly http: InboundWay;
  /** Resolves when a bind for this system type is there (or everything has stopped). */
  readonly bound: (systemType: string) => Promise<void>;
  readonly isStopped: () => boolean;
}

export const inbound = (
  { numbers, handsets, stats }: SimulatorContext,
  ways: Ways,
  options: { readonly messageIds: MessageIdForm; readonly order: "pair" | "free" },
): Inbound => {
  const streams = new Map<string, Promise<void>>();
  const references = new Map<Digits, number>();
  let waiting = 0;

  const nextReference = (from: Digits): number => {
    const reference = ((references.get(from) ?? 0) + 1) & 0xff;
    if (references.size >= REFERENCES_MAX) references.clear();
    references.set(from, reference);
    return reference;
  };

  const cut = (from: Digits, to: Digits, text: string): readonly InboundPart[] => {
    const pieces = textParts(text);
    const reference = pieces.length > 1 ? nextReference(from) : 0;
    const sentAt = new Date();
    return pieces.map((part, index) => ({
      messageId: newMessageId(options.messageIds),
      from,
      to,
      part,
      concatenation: pieces.length > 1 ? { reference, total: pieces.length, part: index + 1 } : undefined,
      sentAt,
    }));
  };

  /** SMPP for numbers that have a system type with somebody bound to it; else HTTP; else wait for a bind. */
  const bring = async (parts: readonly InboundPart[]): Promise<void> => {
    while (!ways.isStopped()) {
      const number = numbers.find(parts[0]!.to);
      const systemType = number?.settings.moSmppSysType;
      if (!number) break;
      if (systemType !== undefined && (await ways.smpp.bring(parts, number))) return;
      if (await ways.http.bring(parts, number)) return;
      if (systemType === undefined) break;
      await ways.bound(systemType);
    }
    if (!ways.isStopped()) stats.http.lost += parts.length;
  };

  const enqueue = (stream: string, parts: readonly InboundPart[]): void => {
    const before = options.order === "pair" ? streams.get(stream) : undefined;
    const done = (before ? before.then(() => bring(parts)) : bring(parts))
      .catch((error: unknown) => {
        stats.http.lost += parts.length;
        console.error("Cannot bring a text to its customer:", error);
      })
      .finally(() => {
        waiting -= 1;
        if (streams.get(stream) === done) streams.delete(stream);
      });
    streams.set(stream, done);
  };

  return {
    waiting: () => waiting,
    send: (from, to, text) => {
      if (numbers.find(from)) return { kind: "not-a-handset" };
      if (!numbers.find(to)) return { kind: "no-such-number" };
      if (waiting >= WAITING_MAX) return { kind: "busy" };
      waiting += 1;
      stats.handsets.sent += 1;
      const id = handsets.newId();
      enqueue(`${from} ${to}`, cut(from, to, text));
      return { kind: "sent", id };
    },
  };
};

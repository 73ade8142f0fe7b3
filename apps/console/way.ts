import type { Message } from "./model.ts";

/** One step on the way of a text; `at` null: not yet, or not known. */
export type WayStep = { readonly at: string | null } & (
  | { readonly kind: "received"; readonly from: "handset" | "app" }
  | {
      readonly kind: "decided";
      readonly decision: "relay" | "app" | "refused" | "waits";
      readonly failure: Message["failure"];
    }
  | { readonly kind: "queued" }
  | {
      readonly kind: "sent";
      readonly progress: "done" | "under-way" | "unanswered" | "not-yet";
    }
  | {
      readonly kind: "receipt";
      readonly state: Message["state"] | null;
      readonly failure: Message["failure"];
    }
);

const REFUSED: ReadonlySet<Message["state"]> = new Set(["blocked", "unroutable"]);
const FINAL: ReadonlySet<Message["state"]> = new Set(["delivered", "failed", "expired"]);

/** From received to its receipt; what was refused ends where it was decided. */
export const wayOf = (message: Message): readonly WayStep[] => {
  const { state, sender, recipient, failure, receivedAt, queuedAt, sentAt, finalAt } = message;
  const isApp = sender === "app";
  const received: WayStep = { kind: "received", from: isApp ? "app" : "handset", at: receivedAt };
  if (state === "partial") return [received, { kind: "decided", decision: "waits", failure: null, at: null }];
  if (REFUSED.has(state) || (queuedAt === null && finalAt !== null) || recipient === null)
    return [received, { kind: "decided", decision: "refused", failure, at: finalAt ?? receivedAt }];
  const isFinal = FINAL.has(state);
  const progress =
    sentAt !== null || state === "sent" || state === "delivered"
      ? "done"
      : state === "unknown"
        ? "unanswered"
        : state === "sending"
          ? "under-way"
          : "not-yet";
  const receipt: WayStep = {
    kind: "receipt",
    state: isFinal ? state : null,
    failure: isFinal ? failure : null,
    at: isFinal ? finalAt : null,
  };
  return [
    received,
    { kind: "decided", decision: isApp ? "app" : "relay", failure: null, at: queuedAt },
    { kind: "queued", at: queuedAt },
    { kind: "sent", progress, at: sentAt },
    receipt,
  ];
};

/** Milliseconds between two steps; null where one of them has no time. */
export const spanBetween = (before: string | null, after: string | null): number | null =>
  before === null || after === null ? null : Date.parse(after) - Date.parse(before);

/** What one participant's phone shows: what they sent, and what a carrier took for them. */
export const isOnPhoneOf = (message: Message, participant: string): boolean =>
  message.sender === participant ||
  (message.recipient === participant && message.state !== "blocked" && message.state !== "unroutable");

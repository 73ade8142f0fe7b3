import { createHmac } from "node:crypto";
import { parseDuration } from "#core/domain/duration.ts";
import { mayCarryTexts } from "#core/domain/policy.ts";
import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { AskedText, Policy, PolicyAnswer } from "#core/ports/policy.ts";
import { type Lookup, systemLookup } from "./family.ts";
import { networkFilter } from "./networks.ts";
import { createPoster } from "./poster.ts";
import { keyOf } from "./signature.ts";

/** Octets of an answer that are read: more is none. */
const ANSWER_MAX = 16_384;

export interface HooksOptions {
  /** Private networks to which something may be sent, as valid CIDR. */
  readonly networks: readonly string[];
  readonly clock: Clock;
  /** What is posted about a text, as JSON. */
  bodyOf(text: AskedText): string;
  /** Absent: that of the system. */
  readonly lookup?: Lookup;
}

export interface OpenHooks extends Policy {
  /** Lets go of idle connections. */
  close(): void;
}

/** Asks the apps of services about texts over HTTP, signed as webhooks are (Standard Webhooks 1.0.0), one request for each question. */
export const openHooks = ({ networks, clock, bodyOf, lookup = systemLookup }: HooksOptions): OpenHooks => {
  const filter = networkFilter(networks);
  const post = createPoster(filter, lookup);
  return {
    ask: async (text, { url, secret }, timeoutMs) => {
      if (secret === null || !mayCarryTexts(url)) return { kind: "none", why: "blocked" };
      const at = clock.now();
      const delivery = { url, id: idOf(text.key, secret), at, body: bodyOf(text), secrets: [secret] };
      return answerIn(await post(delivery, { timeoutMs, answerMax: ANSWER_MAX }), clock.now());
    },
    close: filter.close,
  };
};

/** The same for each question about a text. Keys are made of numbers, which nobody is to find out from it. */
const idOf = (key: string, secret: string): string =>
  `ask_${createHmac("sha256", keyOf(secret)).update(key).digest("hex").slice(0, 32)}`;

const answerIn = (outcome: PostOutcome, now: number): PolicyAnswer => {
  if (outcome.kind === "no-answer") return { kind: "none", why: outcome.code };
  if (outcome.status < 200 || outcome.status > 299) return { kind: "none", why: "refused" };
  return readAnswer(outcome.answer, now) ?? UNREADABLE;
};

const UNREADABLE: PolicyAnswer = { kind: "none", why: "unreadable" };

/** Null: it is no answer. */
const readAnswer = (json: string, now: number): PolicyAnswer | null => {
  const said = parsed(json);
  switch (said?.action) {
    case "relay":
      return { kind: "relay" };
    case "block":
      return { kind: "block", reason: typeof said.reason === "string" ? said.reason : "other" };
    case "rewrite":
      return typeof said.text === "string" ? { kind: "rewrite", text: said.text } : null;
    case "hold": {
      const wait = parseDuration(typeof said.for === "string" ? said.for : "");
      return wait.ok ? { kind: "hold", untilMs: now + wait.value } : null;
    }
    default:
      return null;
  }
};

const parsed = (json: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
};

import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { ANSWER_MAX, type PostOutcome } from "#core/domain/webhooks/attempt.ts";
import type { SignedDelivery, WebhookSender } from "#core/ports/webhook-sender.ts";
import { checkAddress } from "./address.ts";
import { familyLookup, hostOf, type Lookup, systemLookup } from "./family.ts";
import { isBlocked, networkFilter } from "./networks.ts";
import { newSecret, signatureOf } from "./signature.ts";

/** An application has so long to answer. */
const TIMEOUT_MS = 15_000;
const HEADERS_MAX_OCTETS = 16_384;

export interface WebhookSenderOptions {
  /** Private networks to which something may be sent, as valid CIDR. */
  readonly networks: readonly string[];
  readonly timeoutMs?: number;
  /** Absent: that of the system. */
  readonly lookup?: Lookup;
}

export interface OpenWebhookSender extends WebhookSender {
  /** Lets go of idle connections. */
  close(): void;
}

/**
 * Hands events to applications over HTTP. Redirections are not followed, and private addresses are refused at each attempt, on the address
 * that is connected.
 */
export const openWebhookSender = ({
  networks,
  timeoutMs = TIMEOUT_MS,
  lookup = systemLookup,
}: WebhookSenderOptions): OpenWebhookSender => {
  const { agents, allows } = networkFilter(networks);
  const familyOf = familyLookup(lookup);

  const post = async (delivery: SignedDelivery): Promise<PostOutcome> => {
    const startedAt = performance.now();
    const took = (): number => Math.round(performance.now() - startedAt);
    // What was stored before a rule was made stricter goes nowhere either.
    if (checkAddress(delivery.url).kind !== "fine") return { kind: "no-answer", code: "blocked", tookMs: 0 };
    const url = new URL(delivery.url);
    const family = await familyOf(hostOf(url));
    if (family === null) return { kind: "no-answer", code: "unreachable", tookMs: took() };
    const agent = url.protocol === "https:" ? agents[family].https : agents[family].http;
    return new Promise((resolve) => {
      let isTimeout = false;
      const end = (outcome: PostOutcome): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const failed = (error: unknown): void =>
        end({
          kind: "no-answer",
          code: isTimeout ? "timeout" : isBlocked(error) ? "blocked" : "unreachable",
          tookMs: took(),
        });
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
        method: "POST",
        agent,
        family,
        maxHeaderSize: HEADERS_MAX_OCTETS,
        headers: headersOf(delivery),
      });
      const timer = setTimeout(() => {
        isTimeout = true;
        request.destroy(new Error("No answer in time"));
      }, timeoutMs);
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The other side has closed a kept connection while it was taken again: nothing was heard of this attempt.
        if (request.reusedSocket && error.code === "ECONNRESET" && !isTimeout) {
          clearTimeout(timer);
          resolve(post(delivery));
        } else failed(error);
      });
      request.on("response", (response) => {
        readAnswer(response).then(
          (answer) =>
            end({
              kind: "answered",
              status: response.statusCode ?? 0,
              retryAfter: response.headers["retry-after"] ?? null,
              answer,
              tookMs: took(),
            }),
          failed,
        );
      });
      request.end(delivery.body);
    });
  };

  return {
    post,
    check: async (text) => {
      const address = checkAddress(text);
      if (address.kind !== "fine") return address;
      // A name that has no address yet is no reason to refuse it: each attempt looks again.
      const addresses = await lookup(hostOf(new URL(text))).catch(() => []);
      return addresses.every((each) => allows(each.address)) ? { kind: "fine" } : { kind: "blocked" };
    },
    newSecret,
    close: () => {
      agents[4].close();
      agents[6].close();
    },
  };
};

const headersOf = ({ id, at, body, secrets }: SignedDelivery): Readonly<Record<string, string>> => {
  const timestamp = Math.floor(at / 1_000);
  return {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    "User-Agent": "sms-proxy",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatureOf(secrets, id, timestamp, body),
  };
};

/** The beginning of an answer; the rest is not read, and its connection not used again. */
const readAnswer = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    octets += chunk.length;
    // Leaving the loop destroys the response.
    if (octets > ANSWER_MAX) break;
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ANSWER_MAX));
  // PostgreSQL stores no NUL, and a cut character is none.
  return text.replaceAll("\0", "").replace(/\ufffd$/, "");
};

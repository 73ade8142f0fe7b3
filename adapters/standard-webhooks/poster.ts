import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";
import type { SignedDelivery } from "#core/ports/webhook-sender.ts";
import { checkAddress } from "./address.ts";
import { familyLookup, hostOf, type Lookup } from "./family.ts";
import { isBlocked, type NetworkFilter } from "./networks.ts";
import { signatureOf } from "./signature.ts";

const HEADERS_MAX_OCTETS = 16_384;

export interface PostLimits {
  /** From the first octet that is sent until the last one that is read. */
  readonly timeoutMs: number;
  /** Octets of an answer that are read. */
  readonly answerMax: number;
}

/** Sends something signed, once. Never rejects. */
export type Post = (delivery: SignedDelivery, limits: PostLimits) => Promise<PostOutcome>;

/** Redirections are not followed, and private addresses are refused at each attempt, on the address that is connected. */
export const createPoster = ({ agents }: Pick<NetworkFilter, "agents">, lookup: Lookup): Post => {
  const familyOf = familyLookup(lookup);

  const post = async (delivery: SignedDelivery, limits: PostLimits): Promise<PostOutcome> => {
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
      }, limits.timeoutMs);
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The other side has closed a kept connection while it was taken again: nothing was heard of this attempt.
        if (request.reusedSocket && error.code === "ECONNRESET" && !isTimeout) {
          clearTimeout(timer);
          resolve(post(delivery, limits));
        } else failed(error);
      });
      request.on("response", (response) => {
        readAnswer(response, limits.answerMax).then(
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

  return post;
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
const readAnswer = async (response: IncomingMessage, most: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    octets += chunk.length;
    // Leaving the loop destroys the response.
    if (octets > most) break;
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, most));
  // PostgreSQL stores no NUL, and a cut character is none.
  return text.replaceAll("\0", "").replace(/\ufffd$/, "");
};

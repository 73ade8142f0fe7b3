import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { connect, type Socket } from "node:net";

/** Longest answer that is read, in octets: 255 parts take some 60,000. */
const ANSWER_MAX = 256 * 1024;

/**
 * An idle connection is closed after this, in milliseconds: before a server that closes idle ones after 5 seconds (as many
 * do) can close it under a request just written, whose fate would then be unknown.
 */
const IDLE_MAX_MS = 4_000;

/** Longest pause that a Retry-After may ask for, in milliseconds. */
const RETRY_AFTER_MAX_MS = 60_000;

export type Exchange =
  /** `body` is null when it was cut or too long. */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly body: string | null;
    }
  /** No connection came about, so nothing has left. */
  | { readonly kind: "unsent" }
  /** It was handed to the network, and no answer came. */
  | { readonly kind: "lost" };

export interface Poster {
  /** Never rejects, and resolves within the time limit. */
  post(form: string): Promise<Exchange>;
  /** Whether a connection can be made. */
  probe(): Promise<boolean>;
  close(): void;
}

export interface PosterOptions {
  readonly url: URL;
  readonly authorization: string;
  readonly socketsMax: number;
  readonly timeoutMs: number;
}

/**
 * Posts forms over a bounded number of connections that are kept alive. Its own client instead of the SDK's: that one opens
 * as many connections as there are requests, costs four times as much per message and, on failure, throws objects
 * that hold our credentials and the text.
 */
export const poster = ({ url, authorization, socketsMax, timeoutMs }: PosterOptions): Poster => {
  const isTls = url.protocol === "https:";
  const pool = { keepAlive: true, maxSockets: socketsMax, maxFreeSockets: socketsMax, timeout: IDLE_MAX_MS };
  const agent = isTls ? new HttpsAgent(pool) : new HttpAgent(pool);
  const send = isTls ? requestHttps : requestHttp;
  /** Sockets whose connection, with TLS where there is any, stands: before that nothing can have left. */
  const connected = new WeakSet<Socket>();
  const standing = isTls ? "secureConnect" : "connect";

  const post = (form: string): Promise<Exchange> =>
    new Promise((resolve) => {
      let handed = false;
      const settle = (exchange: Exchange): void => {
        clearTimeout(deadline);
        resolve(exchange);
      };
      const request = send(url, {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "content-length": Buffer.byteLength(form),
          accept: "application/json",
          authorization,
        },
      });
      const deadline = setTimeout(() => request.destroy(new Error("deadline")), timeoutMs);
      request.on("socket", (socket) => {
        const hand = (): void => {
          connected.add(socket);
          handed = true;
        };
        if (connected.has(socket)) hand();
        else socket.once(standing, hand);
      });
      request.on("error", () => settle({ kind: handed ? "lost" : "unsent" }));
      request.on("response", (response) => {
        const { statusCode: status = 0, headers } = response;
        const retryAfterMs = parseRetryAfter(headers["retry-after"]);
        void readText(response).then((body) => settle({ kind: "answered", status, retryAfterMs, body }));
      });
      request.end(form);
    });

  return {
    post,
    probe: () => canConnect(url, timeoutMs),
    close: () => agent.destroy(),
  };
};

const readText = (response: IncomingMessage): Promise<string | null> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > ANSWER_MAX) response.destroy();
    });
    response.on("error", () => {});
    response.on("close", () => {
      resolve(response.complete && size <= ANSWER_MAX ? Buffer.concat(chunks).toString() : null);
    });
  });

/** Seconds (the form that carriers send); null when absent or anything else. */
export const parseRetryAfter = (written: string | null | undefined): number | null => {
  if (!written || !/^\d{1,6}$/.test(written.trim())) return null;
  return Math.min(Number(written) * 1000, RETRY_AFTER_MAX_MS);
};

const canConnect = (url: URL, timeoutMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port });
    const settle = (can: boolean): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(can);
    };
    const deadline = setTimeout(settle, timeoutMs, false);
    socket.on("connect", () => settle(true)).on("error", () => settle(false));
  });

import * as http from "node:http";
import * as https from "node:https";
import type { WebhookRequest } from "./webhook-request.ts";

/** Calls at the same time; the rest waits. */
const CALLS_MAX = 100;

export interface HttpCaller {
  /** The status of the answer, or nothing when there was none in time. */
  readonly call: (request: WebhookRequest) => Promise<number | undefined>;
  readonly stop: () => void;
}

/** Vonage waits 3 s for the connection and 15 s for the response. */
export const httpCaller = (connectTimeoutMs: number, responseTimeoutMs: number): HttpCaller => {
  const agents = {
    "http:": new http.Agent({ keepAlive: true, maxSockets: CALLS_MAX }),
    "https:": new https.Agent({ keepAlive: true, maxSockets: CALLS_MAX }),
  };
  const waiting: (() => void)[] = [];
  let calling = 0;
  let stopped = false;

  const send = ({ url, method, headers, body }: WebhookRequest): Promise<number | undefined> => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const secure = url.protocol === "https:";
    const request = (secure ? https : http).request(url, {
      method,
      headers,
      agent: agents[secure ? "https:" : "http:"],
    });
    let timer = setTimeout(() => request.destroy(new Error("No connection in time")), connectTimeoutMs);
    const connected = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.destroy(new Error("No response in time")), responseTimeoutMs);
    };
    request.on("socket", (socket) => {
      if (socket.connecting) socket.once(secure ? "secureConnect" : "connect", connected);
      else connected();
    });
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => {
        clearTimeout(timer);
        resolve(response.statusCode);
      });
    });
    // Also after a response that broke off: an answer that did not arrive whole is none.
    request.on("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    request.on("error", () => {});
    request.end(body);
    return promise;
  };

  return {
    call: async (request) => {
      if (stopped) return undefined;
      if (calling >= CALLS_MAX) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push(resolve);
        await promise;
      } else calling += 1;
      try {
        return stopped ? undefined : await send(request);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else calling -= 1;
      }
    },
    stop: () => {
      stopped = true;
      for (const agent of Object.values(agents)) agent.destroy();
      for (const next of waiting.splice(0)) next();
    },
  };
};

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readinessAnswer } from "#apps/process/readiness.ts";
import type { Readiness } from "#core/use-cases/check-readiness.ts";

export interface HealthPorts {
  readonly checkReadiness: () => Promise<Readiness>;
  /** The metrics as Prometheus reads them. */
  readonly metrics: () => Promise<string>;
  /** Whether whoever presents this `Authorization` header may read them. */
  readonly mayReadMetrics: (authorization: string | undefined) => boolean;
}

/** What machines ask the gateway: does it live, can it work, and its metrics. */
export const createGatewayHealth = (ports: HealthPorts): RequestListener => {
  return (request, response) => {
    answer(ports, request, response).catch(() => response.destroy());
  };
};

const answer = async (
  ports: HealthPorts,
  { method, url = "", headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (method !== "GET" && method !== "HEAD") return problem(response, 405, "Only GET");
  switch (url.split("?")[0]) {
    case "/healthz":
      return json(response, 200, { status: "alive" });
    case "/readyz":
      return ready(ports, response);
    case "/metrics":
      if (!ports.mayReadMetrics(headers.authorization))
        return problem(response, 401, "Authorization: Bearer with a known API key is needed");
      return send(response, 200, "text/plain; version=0.0.4; charset=utf-8", await ports.metrics());
    default:
      return problem(response, 404, "There is nothing at this address");
  }
};

const ready = async ({ checkReadiness }: HealthPorts, response: ServerResponse): Promise<void> => {
  const answer = await readinessAnswer(checkReadiness);
  if (answer.isReady) json(response, 200, answer.body);
  else problem(response, 503, answer.detail);
};

const TITLES: Readonly<Record<number, readonly [type: string, title: string]>> = {
  401: ["unauthorized", "Unauthorized"],
  404: ["not-found", "Not found"],
  405: ["method-not-allowed", "Method not allowed"],
  503: ["unavailable", "Unavailable"],
};

const problem = (response: ServerResponse, status: number, detail: string): void => {
  const [type, title] = TITLES[status]!;
  const body = { type: `urn:sms-proxy:${type}`, title, status, detail };
  send(response, status, "application/problem+json", JSON.stringify(body));
};

const json = (response: ServerResponse, status: number, body: object): void =>
  send(response, status, "application/json", JSON.stringify(body));

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
};

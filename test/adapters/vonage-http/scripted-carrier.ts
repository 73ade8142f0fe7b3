import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parse } from "node:querystring";
import { close, listen } from "./raw-http.ts";

/** One request as the carrier saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly form: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export type Script = (request: SeenRequest, response: ServerResponse) => void;

export interface ScriptedCarrier {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** Connections open now, and the most there ever were. */
  readonly connections: () => { readonly open: number; readonly most: number };
  /** What it does from now on. */
  script: Script;
  close(): Promise<void>;
}

/** A carrier that does exactly what the test says, however badly it behaves. */
export const startScriptedCarrier = async (script: Script): Promise<ScriptedCarrier> => {
  const seen: SeenRequest[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, search } = new URL(request.url!, "http://carrier");
      const body = Buffer.concat(chunks).toString();
      const asRequest = {
        method: request.method!,
        path: pathname,
        query: { ...parse(search.slice(1)) },
        form: { ...parse(body) },
        body,
        headers: request.headers,
      };
      seen.push(asRequest);
      carrier.script(asRequest, response);
    });
  });
  server.on("connection", (socket) => {
    open += 1;
    most = Math.max(most, open);
    socket.on("close", () => {
      open -= 1;
    });
  });
  const port = await listen(server);
  const carrier: ScriptedCarrier = {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => ({ open, most }),
    script,
    close: () => close(server),
  };
  return carrier;
};

export const answerJson =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

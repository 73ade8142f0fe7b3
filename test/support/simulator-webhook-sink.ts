import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One webhook as it came in. */
export interface CaughtWebhook {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly at: number;
}

/** A customer's web server: writes down what comes, and answers what `answer` says (0: nothing at all). */
export interface WebhookSink {
  readonly url: string;
  readonly caught: readonly CaughtWebhook[];
  /** Webhooks with parameters on one path, without the probes. */
  readonly on: (path: string) => readonly CaughtWebhook[];
  readonly stop: () => Promise<void>;
}

export const webhookSink = async (
  answer: (webhook: CaughtWebhook) => number | Promise<number> = () => 200,
): Promise<WebhookSink> => {
  const caught: CaughtWebhook[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://sink");
    const body = Buffer.concat(chunks).toString("utf8");
    const params = body.startsWith("{")
      ? (JSON.parse(body) as Record<string, string>)
      : Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
    const webhook = {
      method: request.method ?? "",
      path: url.pathname,
      type: request.headers["content-type"],
      params,
      at: performance.now(),
    };
    caught.push(webhook);
    const status = await answer(webhook);
    if (status === 0) return;
    response.statusCode = status;
    response.end();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caught,
    on: (path) => caught.filter((webhook) => webhook.path === path && Object.keys(webhook.params).length > 0),
    stop: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
};

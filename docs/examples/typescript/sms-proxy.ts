// open FROM TO | follow [CURSOR] | webhook. SMS_PROXY_URL, SMS_PROXY_KEY, WEBHOOK_SECRET, PORT.
import { createServer } from "node:http";
import { createClient, verifyWebhook } from "@sms-proxy/client";

const { SMS_PROXY_URL = "", SMS_PROXY_KEY = "", WEBHOOK_SECRET = "", PORT = "8080" } = process.env;
const client = createClient({ baseUrl: SMS_PROXY_URL, apiKey: SMS_PROXY_KEY });

const open = async (from: string, to: string): Promise<void> => {
  const { id, participants } = await client.conversations.open({
    participants: [{ number: from }, { number: to }],
  });
  console.log(id);
  for (const { number, virtualNumber } of participants) console.log(number, virtualNumber);
};

const follow = async (after?: string): Promise<void> => {
  for await (const { type, subject, cursor } of client.events({ after })) console.log(type, subject, cursor);
};

const webhook = (): void => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const { id, type } = await verifyWebhook(WEBHOOK_SECRET, request.headers, Buffer.concat(chunks));
      // Answer first and work later: who takes too long is asked again.
      response.writeHead(204).end();
      console.log(id, type);
    } catch (error) {
      response.writeHead(400).end();
      console.error(error instanceof Error ? error.message : error);
    }
  });
  server.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
};

const [, , command, first = "", second = ""] = process.argv;
if (command === "open") await open(first, second);
else if (command === "follow") await follow(first || undefined);
else if (command === "webhook") webhook();
else throw new Error("open FROM TO | follow [CURSOR] | webhook");

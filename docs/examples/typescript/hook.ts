// Says of each text what becomes of it before it is passed on. HOOK_SECRET, PORT.
import { createServer } from "node:http";
import { verifyWebhook } from "@sms-proxy/client";

const { HOOK_SECRET = "", PORT = "8081" } = process.env;

interface Asked {
  readonly type: string;
  readonly data: { readonly conversationId: string; readonly senderId: string | null; readonly text: string };
}

type Answer =
  | { readonly action: "relay" }
  | { readonly action: "block"; readonly reason: "spam" | "abuse" | "contact" | "payment" | "other" }
  | { readonly action: "rewrite"; readonly text: string }
  | { readonly action: "hold"; readonly for: string };

const RUDE = /\b(idiot|moron)\b/gi;

const answerTo = (text: string): Answer => {
  if (/\b(paypal|cash only|wire transfer)\b/i.test(text)) return { action: "block", reason: "payment" };
  const polite = text.replace(RUDE, "***");
  return polite === text ? { action: "relay" } : { action: "rewrite", text: polite };
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const asked: unknown = await verifyWebhook(HOOK_SECRET, request.headers, Buffer.concat(chunks));
    const { type, data } = asked as Asked;
    if (type !== "hook.before-relay") throw new Error(`Asked about ${type}`);
    const answer = answerTo(data.text);
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    console.log(data.conversationId, answer.action);
  } catch (error) {
    // Anything but 2xx is no answer: the service's `onSilence` says what becomes of the text.
    response.writeHead(400).end();
    console.error(error instanceof Error ? error.message : error);
  }
});
server.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));

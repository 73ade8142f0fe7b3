// Says of each text what becomes of it before it is passed on, and joins whoever texts out of the blue with the help desk.
// HOOK_SECRET, PORT; HELP_DESK: the number of somebody, and SMS_PROXY_URL, SMS_PROXY_KEY.
import { createServer } from "node:http";
import { createClient, verifyWebhook } from "@sms-proxy/client";

const {
  HOOK_SECRET = "",
  PORT = "8081",
  HELP_DESK = "",
  SMS_PROXY_URL = "",
  SMS_PROXY_KEY = "",
} = process.env;
const client = createClient({ baseUrl: SMS_PROXY_URL, apiKey: SMS_PROXY_KEY });

type Asked = { readonly id: string } & (
  | { readonly type: "hook.before-relay"; readonly data: { readonly text: string } }
  | {
      readonly type: "hook.out-of-session";
      readonly data: { readonly service: string; readonly from: string; readonly virtualNumber: string };
    }
);

type Answer =
  | { readonly action: "relay" }
  | { readonly action: "block"; readonly reason: "spam" | "abuse" | "contact" | "payment" | "other" }
  | { readonly action: "rewrite"; readonly text: string }
  | { readonly action: "hold"; readonly for: string };

const RUDE = /\b(idiot|moron)\b/gi;

const judge = (text: string): Answer => {
  if (/\b(paypal|cash only|wire transfer)\b/i.test(text)) return { action: "block", reason: "payment" };
  const polite = text.replace(RUDE, "***");
  return polite === text ? { action: "relay" } : { action: "rewrite", text: polite };
};

/** The number texted goes on to stand for whom the stranger talks to. Asked again about the same text, it opens nothing more. */
const join = async (id: string, service: string, from: string, virtualNumber: string): Promise<Answer> => {
  await client.conversations.open(
    { service, participants: [{ number: from }, { number: HELP_DESK, virtualNumber }], intro: false },
    { idempotencyKey: id },
  );
  return { action: "relay" };
};

const answerTo = async (asked: Asked): Promise<Answer> => {
  if (asked.type === "hook.before-relay") return judge(asked.data.text);
  if (HELP_DESK === "") return { action: "relay" };
  const { service, from, virtualNumber } = asked.data;
  return join(asked.id, service, from, virtualNumber);
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const verified: unknown = await verifyWebhook(HOOK_SECRET, request.headers, Buffer.concat(chunks));
    const asked = verified as Asked;
    const answer = await answerTo(asked);
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    console.log(asked.id, asked.type, answer.action);
  } catch (error) {
    // Anything but 2xx is no answer: the service's `onSilence` says what becomes of the text.
    response.writeHead(400).end();
    console.error(error instanceof Error ? error.message : error);
  }
});
server.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));

/** The yardstick of webhooks: a bare Koa handler that reads the form and answers 200. `node bare-koa.ts`. */
import type { AddressInfo } from "node:net";
import Koa from "koa";

const app = new Koa();
app.use(async (context) => {
  const chunks: Buffer[] = [];
  for await (const chunk of context.req) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  context.status = form.get("messageId") === null ? 422 : 200;
  context.body = "";
});
const server = app.listen(0, "127.0.0.1", () =>
  process.send!({ port: (server.address() as AddressInfo).port }),
);
process.on("SIGTERM", () => process.exit());

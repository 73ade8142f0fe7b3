import { z } from "zod";
import type { SimulatorContext } from "#apps/simulator/context.ts";
import { type HandsetMessage, isHandsetMessageId } from "#apps/simulator/handsets.ts";
import { TEXT_MAX } from "#apps/simulator/inbound.ts";
import { parseDigits, withPlus } from "#apps/simulator/phone-number.ts";
import type { Exchange } from "./exchange.ts";
import { parseObject } from "./parameters.ts";
import { replyJson, replyProblem } from "./replies.ts";

const textSchema = z.strictObject({
  to: z.string(),
  text: z.string().min(1).max(TEXT_MAX),
});

/** A live listener that does not read is left behind above this (octets). */
const BACKLOG_MAX = 1_048_576;
const HEARTBEAT_MS = 15_000;

type HandsetHandler = (exchange: Exchange, number: string) => Promise<void> | void;

export interface HandsetControl {
  readonly text: HandsetHandler;
  readonly inbox: HandsetHandler;
  readonly events: HandsetHandler;
}

/** What a person does with a handset. */
export const handsetControl = ({ inbound, handsets, timers }: SimulatorContext): HandsetControl => ({
  text: async ({ body, response }, number) => {
    const octets = await body();
    if (!octets) return replyProblem(response, 413, "Too large", "The body is too large");
    const value = parseObject(octets.toString("utf8"));
    if (!value) return replyProblem(response, 400, "Malformed JSON", "The body is no JSON object");
    const parsed = textSchema.safeParse(value);
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
      return replyProblem(response, 422, "Invalid request", "The text cannot be sent", errors);
    }
    const to = parseDigits(parsed.data.to);
    if (to === undefined) {
      const errors = [{ path: "to", message: "Expected a phone number of 7 to 15 digits" }];
      return replyProblem(response, 422, "Invalid request", "The text cannot be sent", errors);
    }
    const sent = inbound.send(number, to, parsed.data.text);
    switch (sent.kind) {
      case "sent":
        return replyJson(response, 202, { id: sent.id });
      case "no-such-number":
        return replyProblem(response, 404, "Not found", `No customer has rented ${withPlus(to)}`);
      case "not-a-handset":
        return replyProblem(response, 409, "Not a handset", `${withPlus(number)} is a rented number`);
      case "busy":
        return replyProblem(response, 503, "Busy", "Too many texts wait for their customers");
    }
  },

  inbox: ({ query, response }, number) => {
    const after = query.get("after") ?? undefined;
    if (after !== undefined && after !== "" && !isHandsetMessageId(after)) {
      return replyProblem(response, 400, "Invalid request", `"after" must be the id of a message`);
    }
    replyJson(response, 200, handsets.inbox(number, after || undefined).map(shown));
  },

  events: ({ query, request, response }, number) => {
    const last = request.headers["last-event-id"] ?? query.get("after") ?? undefined;
    const write = (message: HandsetMessage) => {
      if (response.writableLength > BACKLOG_MAX) response.destroy();
      else response.write(`id: ${message.id}\nevent: message\ndata: ${JSON.stringify(shown(message))}\n\n`);
    };
    const end = handsets.listen(number, write);
    if (!end) return replyProblem(response, 503, "Busy", "Too many listeners");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": connected\n\n");
    if (typeof last === "string" && isHandsetMessageId(last)) handsets.inbox(number, last).forEach(write);
    const stopHeartbeat = timers.every(HEARTBEAT_MS, () => response.write(": still here\n\n"));
    response.on("close", () => {
      end();
      stopHeartbeat();
    });
  },
});

const shown = (message: HandsetMessage) => ({ ...message, from: withPlus(message.from) });

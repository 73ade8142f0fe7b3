import { type IncomingMessage, request } from "node:http";
import type { Context } from "koa";
import { write } from "#apps/api/error-boundary.ts";
import { problem, unavailable } from "#apps/api/problems.ts";
import type { ConsoleSandbox } from "./console-options.ts";

/** The handsets, faults and counters of the simulated carrier, and nothing that a carrier's customer would use. */
const OPEN_TO_PAGES = /^\/console\/carrier(\/handsets\/[^/]+\/(?:messages|events)|\/faults|\/stats)$/;
/** How often an open stream looks whether the process is ending (milliseconds). */
const DRAIN_CHECK_MS = 250;

/** Brings the simulated carrier under the console's own address, so that the page needs no other. */
export const carrierProxy =
  ({ carrierUrl }: ConsoleSandbox, isDraining: () => boolean) =>
  async (context: Context): Promise<void> => {
    const [, path] = OPEN_TO_PAGES.exec(context.path) ?? [];
    if (path === undefined) return write(context, problem("not-found", "There is nothing at this address"));
    const answer = await answerOf(context, `${carrierUrl()}${path}${context.search}`);
    if (answer === null) return write(context, unavailable("The simulated carrier does not answer"));
    context.status = answer.statusCode ?? 502;
    context.set("Cache-Control", "no-store");
    context.set("X-Content-Type-Options", "nosniff");
    context.type = answer.headers["content-type"] ?? "application/json";
    if (context.type === "text/event-stream") endWhen(isDraining, answer);
    context.body = answer;
  };

const answerOf = (context: Context, url: string): Promise<IncomingMessage | null> =>
  new Promise((resolve) => {
    const { method, req } = context;
    const passed = ["content-type", "content-length", "last-event-id"] as const;
    const headers = Object.fromEntries(
      passed.flatMap((name) => (context.get(name) === "" ? [] : [[name, context.get(name)]])),
    );
    const outgoing = request(url, { method, headers }, resolve);
    outgoing.on("error", () => resolve(null));
    req.pipe(outgoing);
  });

/** A stream has no end of its own, and would keep the process from ending. */
const endWhen = (isOver: () => boolean, stream: IncomingMessage): void => {
  const check = setInterval(() => {
    if (isOver()) stream.destroy();
  }, DRAIN_CHECK_MS);
  check.unref();
  stream.once("close", () => clearInterval(check));
};

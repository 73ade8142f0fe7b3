import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { SimulatorContext } from "#apps/simulator/context.ts";
import { parseDigits } from "#apps/simulator/phone-number.ts";
import { accountApi } from "./account-api.ts";
import { type CarrierCall, type Exchange, type Handler, newExchange } from "./exchange.ts";
import { faultControl } from "./fault-control.ts";
import { handsetControl } from "./handset-control.ts";
import { answerWithFaults } from "./http-faults.ts";
import { identityInsights } from "./identity-insights.ts";
import { numberInsightBasic } from "./number-insight.ts";
import { numbersApi } from "./numbers-api.ts";
import { replyJson, replyProblem } from "./replies.ts";
import { smsJson } from "./sms-json.ts";

const HANDSET = /^\/handsets\/([^/]+)\/(messages|events)$/;

/** The carrier's HTTP interfaces, and the handsets, faults and counters of the simulator. */
export const httpServer = (context: SimulatorContext, showStats: () => unknown): Server => {
  const numbers = numbersApi(context);
  const account = accountApi(context);
  const insight = numberInsightBasic(context);
  const sms = smsJson(context);
  const carrier: Readonly<Record<string, CarrierCall>> = {
    "POST /sms/json": sms,
    "GET /sms/json": sms,
    "GET /number/search": numbers.search,
    "POST /number/buy": numbers.buy,
    "POST /number/cancel": numbers.cancel,
    "POST /number/update": numbers.update,
    "GET /account/numbers": numbers.owned,
    "GET /account/get-balance": account.balance,
    "POST /account/settings": account.settings,
    "GET /ni/basic/json": insight,
    "POST /ni/basic/json": insight,
    "POST /identity-insights/v1/requests": identityInsights(context),
  };
  const faults = faultControl(context);
  const control: Readonly<Record<string, Handler>> = {
    "GET /faults": faults.show,
    "PUT /faults": faults.replace,
    "DELETE /faults": faults.clear,
    "GET /stats": ({ response }) => replyJson(response, 200, showStats()),
    "DELETE /stats": ({ response }) => {
      context.stats.reset();
      replyJson(response, 200, {});
    },
    "GET /healthz": ({ response }) => replyJson(response, 200, { status: "ok" }),
  };
  const handset = handsetControl(context);
  const answer = answerWithFaults(context.faults, context.stats, context.timers);
  const routes = new Map<string, Handler>([
    ...Object.entries(carrier).map(([route, call]) => [route, answer(call)] as const),
    ...Object.entries(control),
  ]);

  const handsetRoute = ({ method, path, response }: Exchange): Handler | undefined => {
    const [, written, what] = HANDSET.exec(path) ?? [];
    if (written === undefined) return undefined;
    const number = parseDigits(decoded(written));
    if (number === undefined) {
      return () =>
        replyProblem(
          response,
          422,
          "Invalid request",
          "Expected a phone number of 7 to 15 digits in the path",
        );
    }
    if (what === "messages" && method === "POST") return (exchange) => handset.text(exchange, number);
    if (what === "messages" && method === "GET") return (exchange) => handset.inbox(exchange, number);
    return what === "events" && method === "GET" ? (exchange) => handset.events(exchange, number) : undefined;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = newExchange(request, response);
    allowLocalPages(request, response);
    if (exchange.method === "OPTIONS") {
      response.writeHead(204);
      response.end();
      return;
    }
    const handler = routes.get(`${exchange.method} ${exchange.path}`) ?? handsetRoute(exchange);
    if (!handler) {
      const what = `${exchange.method} ${exchange.path.slice(0, 100)}`;
      return replyProblem(response, 404, "Not found", `There is nothing at ${what}`);
    }
    await handler(exchange);
  };

  return createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (request.destroyed || response.headersSent) return response.destroy();
      console.error("Cannot answer a request:", error);
      replyProblem(response, 500, "Internal error", "The simulator failed to answer");
    });
  });
};

/** A page from this machine, such as the console on another port, may use the handsets. */
const allowLocalPages = (request: IncomingMessage, response: ServerResponse): void => {
  const { origin } = request.headers;
  const host = origin === undefined ? undefined : URL.parse(origin)?.hostname;
  if (origin === undefined || !["127.0.0.1", "localhost", "[::1]"].includes(host ?? "")) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-methods", "GET, POST, PUT, DELETE");
  response.setHeader("access-control-allow-headers", "content-type, last-event-id");
  response.setHeader("vary", "origin");
};

const decoded = (written: string): string => {
  try {
    return decodeURIComponent(written);
  } catch {
    return "";
  }
};

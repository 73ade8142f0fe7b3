import { auditCalls } from "./audit.ts";
import { broadcastCalls } from "./broadcasts.ts";
import { type AnswerTo, callsOver, type Name, type PatchOptions, type Request } from "./calls.ts";
import { conversationCalls } from "./conversations.ts";
import { eventFeed } from "./events.ts";
import { failureCalls, linkCalls } from "./links.ts";
import { messageCalls } from "./messages.ts";
import { numberCalls, poolCalls } from "./numbers.ts";
import { blockCalls, optOutCalls } from "./opt-outs.ts";
import { erasureCalls, exportCalls, holdCalls, reportCalls } from "./privacy.ts";
import { routeCalls } from "./routes.ts";
import { serviceCalls } from "./services.ts";
import {
  type Answer,
  type CallOptions,
  type ClientOptions,
  createTransport,
  type Method,
} from "./transport.ts";
import { webhookEndpointCalls } from "./webhook-endpoints.ts";

export interface RawOptions extends CallOptions {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Client = ReturnType<typeof createClient>;

/**
 * The API of private SMS communication. Calls answer what the API answers, or reject with a ProblemError, whose `problem` says by `kind`
 * what is wrong. They are tried again where that is safe and may help.
 */
export const createClient = (options: ClientOptions) => {
  const transport = createTransport(options);
  const calls = callsOver(transport);
  return {
    conversations: conversationCalls(calls),
    messages: messageCalls(calls),
    broadcasts: broadcastCalls(calls, transport),
    numbers: numberCalls(calls),
    optOuts: optOutCalls(calls),
    blocks: blockCalls(calls),
    services: serviceCalls(calls),
    webhookEndpoints: webhookEndpointCalls(calls),
    pool: poolCalls(calls),
    routes: routeCalls(calls),
    links: linkCalls(calls),
    failures: failureCalls(calls),
    erasures: erasureCalls(calls),
    exports: exportCalls(calls),
    holds: holdCalls(calls),
    reports: reportCalls(calls),
    audit: auditCalls(calls),
    /** Follows what happens, live, and goes on where it was after every interruption; `events.page` reads one page. */
    events: eventFeed(transport),
    /** A call that was made as data, such as by a program that keeps what is to be done apart from doing it. */
    call: async <const R extends Request>(request: R, options: PatchOptions = {}): Promise<AnswerTo<R>> => {
      const { method, path, params, query, body } = request;
      const asked = { ...(params && { params }), ...(query && { query }), ...(body && { body }) };
      return (await calls.call<Name>(method, path, asked, options)) as AnswerTo<R>;
    },
    /** Any call, in the same manners, with status and headers. */
    raw: (method: Method, path: string, options: RawOptions = {}): Promise<Answer> =>
      transport.send({ method, path, ...options }),
  };
};

import type { Context, Middleware } from "koa";
import type { Log } from "#apps/process/log.ts";
import type { Ids } from "#core/ports/ids.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Answer } from "./answers.ts";
import { PROBLEM_TYPE, problem, unavailable } from "./problems.ts";

/** Writes an answer to the connection. */
export const write = (context: Context, { status, body, headers = {} }: Answer): void => {
  context.status = status;
  context.set(headers);
  context.set("Cache-Control", "no-store");
  context.set("X-Content-Type-Options", "nosniff");
  if (body === undefined) {
    context.body = null;
    return;
  }
  context.body = JSON.stringify(body);
  context.type = status >= 400 ? PROBLEM_TYPE : "application/json";
};

/**
 * The one place where what is thrown is caught: a lost database is a 503, anything else a bug, of which the client gets
 * nothing but a name under which it stands in the log. A request is logged by its route, as an address may hold a number.
 */
export const errorBoundary =
  ({ ids, log }: { readonly ids: Ids; readonly log: Log }): Middleware =>
  async (context, next) => {
    const startedAt = log.isLevelEnabled("debug") ? performance.now() : null;
    try {
      await next();
    } catch (error) {
      write(context, answerTo(error));
    }
    if (startedAt !== null) {
      const { method, status } = context;
      const route = context._matchedRoute ?? context.state.route ?? "none";
      log.debug({ method, route, status, ms: Math.round(performance.now() - startedAt) }, "Request");
    }

    function answerTo(error: unknown): Answer {
      if (error instanceof StorageUnavailable) {
        log.warn({ err: error }, "The database does not answer");
        return unavailable("The database does not answer");
      }
      const instance = `urn:uuid:${ids.next()}`;
      log.error({ err: error, instance }, "A request ended in a bug");
      return problem("internal-error", "Something is wrong on our side", { instance });
    }
  };

import type { Context, Middleware } from "koa";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
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
  ({ ids, journal }: { readonly ids: Ids; readonly journal: Journal }): Middleware =>
  async (context, next) => {
    const startedAt = performance.now();
    try {
      await next();
    } catch (error) {
      write(context, answerTo(error));
    }
    const { method, status } = context;
    const route = String(context._matchedRoute ?? context.state.route ?? "none");
    journal.requestAnswered({ method, route, status, tookMs: performance.now() - startedAt });

    function answerTo(error: unknown): Answer {
      if (error instanceof StorageUnavailable) return unavailable("The database does not answer");
      const instance = `urn:uuid:${ids.next()}`;
      journal.bugFound({ where: "a request", error, instance });
      return problem("internal-error", "Something is wrong on our side", { instance });
    }
  };

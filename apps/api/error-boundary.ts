import type { Context, Middleware } from "koa";
import { requestContext } from "#apps/process/request-context.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Answer } from "./answers.ts";
import type { ApiPorts } from "./context.ts";
import { PROBLEM_TYPE, problem, unavailable } from "./problems.ts";
import { traceOf } from "./trace.ts";

/** Writes an answer to the connection. */
export const write = (context: Context, { status, body, stream, headers = {} }: Answer): void => {
  context.status = status;
  context.set(headers);
  context.set("Cache-Control", "no-store");
  context.set("X-Content-Type-Options", "nosniff");
  if (stream !== undefined) {
    // A stream that breaks off is no answer that has ended.
    stream.once("close", () => context.res.writableEnded || context.res.destroy());
    context.body = stream;
    return;
  }
  if (body === undefined) {
    context.body = null;
    return;
  }
  context.body = JSON.stringify(status >= 400 ? named(body, context.state.requestId) : body);
  context.type = status >= 400 ? PROBLEM_TYPE : "application/json";
};

const instanceOf = (requestId: string): string => `urn:uuid:${requestId}`;

/** A problem names its occurrence, by which it stands in the log. */
const named = (body: unknown, requestId: unknown): unknown =>
  typeof requestId === "string" && typeof body === "object" && body !== null
    ? { ...body, instance: instanceOf(requestId) }
    : body;

/**
 * The one place where what is thrown is caught: a lost database is a 503, anything else a bug, of which the client gets
 * nothing but a name under which it stands in the log. A request is logged by its route, as an address may hold a number.
 */
export const errorBoundary = ({
  ids,
  journal,
  http,
}: Pick<ApiPorts, "ids" | "journal" | "http">): Middleware => {
  const caught = async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    const startedAt = performance.now();
    try {
      await next();
    } catch (error) {
      write(context, answerTo(error, instanceOf(context.state.requestId)));
    }
    const { method, status } = context;
    const route = String(context._matchedRoute ?? context.state.route ?? "none");
    const tookMs = performance.now() - startedAt;
    http.answered(route, status, tookMs);
    journal.requestAnswered({ method, route, status, tookMs });
  };

  const answerTo = (error: unknown, instance: string): Answer => {
    if (error instanceof StorageUnavailable) return unavailable("The database does not answer");
    journal.bugFound({ where: "a request", error, instance });
    return problem("internal-error", "Something is wrong on our side");
  };

  return (context, next) => {
    const requestId = ids.next();
    context.state.requestId = requestId;
    context.set("Request-Id", requestId);
    const trace = traceOf(context.req.headers.traceparent?.toString(), requestId);
    if (trace) context.set("traceparent", trace.traceparent);
    const named = { requestId, ...(trace && { traceId: trace.id }) };
    return requestContext.run(named, () => caught(context as Context, next));
  };
};

import { type Client, createClient } from "#apps/client/client.ts";
import { noAnswer, problemOf } from "#apps/client/problem.ts";
import type { Answered, ConsoleRequest, Request } from "./actions.ts";

/** The API as the console calls it: with the session of the page, and without ever rejecting. */
export interface Calls {
  /** Never carried out twice for one click. */
  call(
    request: Request,
    options?: { readonly idempotencyKey?: string; readonly ifVersion?: number },
  ): Promise<Answered>;
  /** Null: nothing has changed since the last time, of which the answer is still `known`. */
  read(path: string, known: boolean): Promise<Answered | null>;
}

/** Longer than anything that the API does (milliseconds). */
const TIMEOUT_MS = 20_000;
const RETRIES = 2;

/** `baseUrl`: where the page comes from. */
export const createCalls = (baseUrl: string): Calls => {
  const once = createClient({ baseUrl, apiKey: null, timeoutMs: TIMEOUT_MS, retries: 0 });
  const patient = createClient({ baseUrl, apiKey: null, timeoutMs: TIMEOUT_MS, retries: RETRIES });
  const versions = new Map<string, string>();
  return {
    call: (request, options = {}) =>
      answeredBy(
        // The API makes a repetition once; a handset would text twice.
        isOfConsole(request) ? raw(once, request) : patient.call(request, options),
      ),
    read: async (path, known) => {
      const version = known ? versions.get(path) : undefined;
      const headers = version === undefined ? {} : { "if-none-match": version };
      let isUnchanged = false;
      const answered = await answeredBy(
        once.raw("GET", path, { headers }).then((answer) => {
          isUnchanged = answer.status === 304;
          const etag = answer.headers.get("etag");
          if (etag) versions.set(path, etag);
          return answer.body;
        }),
      );
      return isUnchanged ? null : answered;
    },
  };
};

const isOfConsole = (request: Request): request is ConsoleRequest => request.path.startsWith("/console/");

const raw = async (client: Client, { method, path, body }: ConsoleRequest): Promise<unknown> => {
  const answer = await client.raw(method, path, body === undefined ? {} : { body });
  return answer.body;
};

const answeredBy = async (value: Promise<unknown>): Promise<Answered> => {
  try {
    return { ok: true, value: await value };
  } catch (error) {
    return { ok: false, problem: problemOf(error) ?? noAnswer(String(error)) };
  }
};

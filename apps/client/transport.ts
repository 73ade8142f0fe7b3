import { noAnswer, type Problem, problemError, problemIn } from "./problem.ts";
import { isPassing, sleep, waitBefore } from "./retry.ts";

export interface ClientOptions {
  /** Where the API is, such as `https://sms.example.com`. */
  readonly baseUrl: string;
  /** One of the keys in the server's `API_KEYS`; null: the session of the console's page stands for one. */
  readonly apiKey: string | null;
  /** How often a call is tried again, at most (3). */
  readonly retries?: number;
  /** How long one try may take, in milliseconds (30,000). */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random?: () => number;
}

export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Of POST and PATCH; absent: a new one, the same for all tries of this call. */
  readonly idempotencyKey?: string | undefined;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Call extends CallOptions {
  readonly method: Method;
  /** From the root, variables filled in. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  /** Lines of JSON, instead of a body. */
  readonly lines?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null: there is none. */
  readonly body: unknown;
}

type Outcome =
  | { readonly answer: Answer }
  | { readonly answer: null; readonly problem: Problem; readonly cause?: unknown };

/** A server that asks to wait for longer than this is not waited for: the caller hears of it (milliseconds). */
const PATIENCE_MS = 60_000;

/** Comes only to who asked by `If-None-Match`. */
const NOT_MODIFIED = 304;

export type Transport = ReturnType<typeof createTransport>;

/** How calls go to the server: with the key, in JSON, and again where that may help. */
export const createTransport = (options: ClientOptions) => {
  const { baseUrl, apiKey, retries = 3, timeoutMs = 30_000 } = options;
  const ports = {
    fetch: options.fetch ?? ((...asked: Parameters<typeof fetch>) => fetch(...asked)),
    now: options.now ?? Date.now,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
  };
  const root = baseUrl.replace(/\/+$/, "");

  /** One try; `signal` holds for the body as well. */
  const fetchOnce = (call: Call, signal: AbortSignal): Promise<Response> => {
    const { method, path, query = {}, body, lines, headers } = call;
    const init: RequestInit = {
      method,
      signal,
      cache: "no-store",
      // A redirected POST would come as a GET, and the key would go to whoever is named.
      redirect: "manual",
      headers: {
        accept: "application/json",
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(lines !== undefined && { "content-type": "application/x-ndjson" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(lines !== undefined && { body: lines }),
    };
    return ports.fetch(`${root}${path}${queryText(query)}`, init);
  };

  const attempt = async (call: Call): Promise<Outcome> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    let response: Response | null = null;
    try {
      response = await fetchOnce(call, signal);
      const text = await response.text();
      if (!response.ok && response.status !== NOT_MODIFIED)
        return { answer: null, problem: problemIn(response, text, ports.now()) };
      return {
        answer: {
          status: response.status,
          headers: response.headers,
          body: text === "" ? null : JSON.parse(text),
        },
      };
    } catch (cause) {
      call.signal?.throwIfAborted();
      const detail = timeout.aborted
        ? `No answer within ${timeoutMs} ms`
        : "No answer, or none that can be read";
      return { answer: null, problem: noAnswer(detail, response?.headers.get("request-id") ?? null), cause };
    }
  };

  const send = async (asked: Call): Promise<Answer> => {
    const call = withKey(asked);
    for (let tries = 1; ; tries += 1) {
      call.signal?.throwIfAborted();
      const outcome = await attempt(call);
      if (outcome.answer) return outcome.answer;
      const { problem, cause } = outcome;
      // An earlier try has removed it, and its answer was lost.
      if (call.method === "DELETE" && tries > 1 && problem.kind === "not-found") return GONE;
      const wait = waitBefore(tries, problem, ports.random());
      if (tries > retries || !isPassing(problem) || wait > PATIENCE_MS) throw problemError(problem, cause);
      await ports.sleep(wait, call.signal);
    }
  };

  return { send, fetchOnce, timeoutMs, ...ports };
};

const GONE: Answer = { status: 204, headers: new Headers(), body: null };

const withKey = (call: Call): Call => {
  if (call.method !== "POST" && call.method !== "PATCH") return call;
  const key = call.idempotencyKey ?? newKey();
  return { ...call, headers: { "idempotency-key": key, ...call.headers } };
};

/** 128 random bits; `randomUUID` is missing on pages without TLS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join(
    "",
  );

const queryText = (query: Readonly<Record<string, unknown>>): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given}`;
};

import type { Answered } from "./actions.ts";
import type { Problem } from "./model.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The API as the console calls it: never throws, and never twice for one click. */
export interface Client {
  call(method: Method, path: string, body?: unknown): Promise<Answered>;
  /** Null: nothing has changed since the last time, of which the answer is still `known`. */
  read(path: string, known: boolean): Promise<Answered | null>;
}

/** Longer than anything that the API does (milliseconds). */
const TIMEOUT_MS = 20_000;
const RETRIES = 2;
const RETRY_MS = 500;

export const createClient = (): Client => {
  const versions = new Map<string, string>();
  return {
    call: async (method, path, body) => {
      const headers = new Headers({ Accept: "application/json" });
      if (method === "POST") headers.set("Idempotency-Key", `"${crypto.randomUUID()}"`);
      if (body !== undefined) headers.set("Content-Type", "application/json");
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      // The API makes a repetition once; a handset would text twice.
      const isRepeatable = method === "GET" || (method !== "PATCH" && path.startsWith("/v1/"));
      for (let attempt = 0; ; attempt += 1) {
        const response = await answerOf(path, init);
        if (attempt >= RETRIES || !isRepeatable || !isPassing(response)) return answeredBy(response);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** attempt));
      }
    },
    read: async (path, known) => {
      const version = known ? versions.get(path) : undefined;
      const headers = new Headers({ Accept: "application/json" });
      if (version !== undefined) headers.set("If-None-Match", version);
      const response = await answerOf(path, { headers });
      if (response?.status === 304) return null;
      const etag = response?.headers.get("etag");
      if (etag) versions.set(path, etag);
      return answeredBy(response);
    },
  };
};

const answerOf = async (path: string, init: RequestInit): Promise<Response | null> => {
  try {
    return await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    return null;
  }
};

/** Worth another try: nothing was carried out, or the same key makes it once. */
const isPassing = (response: Response | null): boolean => response === null || response.status === 503;

const answeredBy = async (response: Response | null): Promise<Answered> => {
  if (response === null) return { ok: false, problem: NO_ANSWER };
  if (response.status === 204) return { ok: true, value: null };
  try {
    const value: unknown = await response.json();
    return response.ok ? { ok: true, value } : { ok: false, problem: value as Problem };
  } catch {
    return { ok: false, problem: { ...NO_ANSWER, status: response.status } };
  }
};

/** Status 0: there was none. */
const NO_ANSWER: Problem = {
  type: "urn:sms-proxy:unavailable",
  title: "No answer",
  status: 0,
  detail: "The server does not answer",
};

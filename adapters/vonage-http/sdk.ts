import type { Vonage } from "@vonage/server-sdk";
import { boundedText } from "./bounded-text.ts";
import { parseRetryAfter } from "./exchange.ts";

/** An answer later than this counts as none, in milliseconds. Vonage probes our webhook inside some calls. */
export const SDK_TIMEOUT_MS = 15_000;

/** Enough of a refusal to read its label, in octets. */
const REFUSAL_MAX = 4_096;
const REFUSAL_WAIT_MAX_MS = 2_000;

export interface SdkOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Such as `https://rest.nexmo.com` and `https://api.nexmo.com`; absent: Vonage's. */
  readonly restHost?: string;
  readonly apiHost?: string;
  readonly timeoutMs?: number;
}

export type SdkAnswer<T> =
  | { readonly kind: "answered"; readonly value: T }
  /** An HTTP status other than 2xx, with what the carrier calls it (`error-code-label`, or whatever came). */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly label: string;
      readonly retryAfterMs: number | null;
    }
  /** No answer, or one that makes no sense. */
  | { readonly kind: "nothing" };

export type Sdk = <T>(work: (vonage: Vonage) => Promise<T>) => Promise<SdkAnswer<T>>;

/**
 * Calls through Vonage's SDK, which is loaded with the first of them (it takes 150 ms and 30 MB). Its errors go no further
 * than this file: they hold the request, with our credentials in its headers.
 */
export const vonageSdk = (options: SdkOptions): Sdk => {
  const { apiKey, apiSecret, restHost, apiHost, timeoutMs = SDK_TIMEOUT_MS } = options;
  let loading: Promise<Vonage> | undefined;
  const load = async (): Promise<Vonage> => {
    const sdk = await import("@vonage/server-sdk");
    // Without a private key its constructor looks for the file `undefined`, which Node warns of (DEP0187).
    const credentials = { apiKey, apiSecret, privateKey: "" };
    return new sdk.Vonage(credentials, {
      timeout: timeoutMs,
      ...(restHost ? { restHost: withoutSlash(restHost) } : {}),
      ...(apiHost ? { apiHost: withoutSlash(apiHost) } : {}),
    });
  };
  return async (work) => {
    loading ??= load();
    const vonage = await loading;
    try {
      return { kind: "answered", value: await work(vonage) };
    } catch (error) {
      return readFailure(error);
    }
  };
};

/** Every body is read or dropped: one left alone would hold its connection. */
const readFailure = async (error: unknown): Promise<SdkAnswer<never>> => {
  const response = error instanceof Error && "response" in error ? error.response : null;
  if (!(response instanceof Response) || response.ok) return { kind: "nothing" };
  const signal = AbortSignal.timeout(REFUSAL_WAIT_MAX_MS);
  const body = (await boundedText(response, REFUSAL_MAX, signal)) ?? "";
  return {
    kind: "refused",
    status: response.status,
    label: labelIn(body),
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after")),
  };
};

const labelIn = (body: string): string => {
  try {
    const label: unknown = JSON.parse(body)?.["error-code-label"];
    return typeof label === "string" ? label : "";
  } catch {
    return body;
  }
};

export const withoutSlash = (host: string): string => host.replace(/\/+$/, "");

import type { Params } from "#apps/simulator/webhooks/signature.ts";
import type { Exchange } from "./exchange.ts";

export type ReadParameters =
  | { readonly kind: "read"; readonly params: Params }
  | { readonly kind: "too-large" }
  | { readonly kind: "malformed" };

/**
 * Query, form or JSON, all as strings: Vonage takes each of them on one path. What is in the body goes before
 * the query. JSON is told by its first character, for clients that forget to say the type.
 */
export const readParameters = async (exchange: Exchange): Promise<ReadParameters> => {
  const params: Record<string, string> = {};
  for (const [name, value] of exchange.query) params[name] = value;
  if (exchange.method === "GET") return { kind: "read", params };
  const body = await exchange.body();
  if (!body) return { kind: "too-large" };
  const text = body.toString("utf8").trim();
  const isJson = text.startsWith("{") || exchange.request.headers["content-type"]?.includes("json") === true;
  if (!isJson) {
    for (const [name, value] of new URLSearchParams(text)) params[name] = value;
    return { kind: "read", params };
  }
  const values = parseObject(text);
  if (!values) return { kind: "malformed" };
  for (const [name, value] of Object.entries(values)) {
    if (value !== null) params[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return { kind: "read", params };
};

export const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

import type { WebhookOptions } from "#apps/simulator/options.ts";
import type { Params } from "./signature.ts";

/** One webhook as it goes over the wire. */
export interface WebhookRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const USER_AGENT = "Vonage/MessagingHUB/v1.0";

/** The account's webhook format decides: parameters in the query, in a form or in JSON. */
export const webhookRequest = (
  url: string,
  params: Params,
  format: WebhookOptions["format"],
): WebhookRequest => {
  const target = new URL(url);
  if (format === "get") {
    for (const [name, value] of Object.entries(params)) target.searchParams.append(name, value);
    return { url: target, method: "GET", headers: { "user-agent": USER_AGENT }, body: undefined };
  }
  const type = format === "json" ? "application/json" : "application/x-www-form-urlencoded; charset=UTF-8";
  const body = format === "json" ? JSON.stringify(params) : new URLSearchParams(params).toString();
  return {
    url: target,
    method: "POST",
    headers: {
      "user-agent": USER_AGENT,
      "content-type": type,
      "content-length": String(Buffer.byteLength(body)),
    },
    body,
  };
};

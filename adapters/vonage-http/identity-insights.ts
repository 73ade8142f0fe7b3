import type { Clock } from "#core/ports/clock.ts";
import type { Insight, NumberInsight } from "#core/ports/number-insight.ts";
import { type ApplicationCredentials, applicationTokens } from "./application-token.ts";
import { boundedText } from "./bounded-text.ts";
import { insight, unavailable } from "./insight-answer.ts";
import { withoutSlash } from "./sdk.ts";

/** Vonage's own; `api-us.vonage.com` serves as well. */
export const IDENTITY_HOST = "https://api-eu.vonage.com";

/** An answer later than this counts as none, in milliseconds: somebody waits for the conversation to open. */
const TIMEOUT_MS = 5_000;

/** An answer to one insight takes less than 1,000 octets. */
const ANSWER_MAX = 64 * 1024;

export interface IdentityInsightsOptions extends ApplicationCredentials {
  readonly host?: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/**
 * Identity Insights (specification 1.0.0), the successor of Number Insight. Asked is the `format` insight only, which
 * needs no network registry and no purpose. The SDK does not have it.
 */
export const vonageIdentityInsights = (options: IdentityInsightsOptions): NumberInsight => {
  const { host = IDENTITY_HOST, clock, timeoutMs = TIMEOUT_MS } = options;
  const url = `${withoutSlash(host)}/identity-insights/v1/requests`;
  const bearer = applicationTokens(options, clock);

  const ask = async (
    number: string,
  ): Promise<{ readonly status: number; readonly body: string | null } | null> => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${bearer()}`, "content-type": "application/json" },
        body: JSON.stringify({ phone_number: number, insights: { format: {} } }),
        redirect: "manual",
        signal,
      });
      return { status: response.status, body: await boundedText(response, ANSWER_MAX, signal) };
    } catch {
      return null;
    }
  };

  return {
    lookup: async (number) => {
      const answer = await ask(number);
      if (answer === null) return unavailable("Identity Insights gives no answer");
      if (answer.status !== 200)
        return unavailable(`Identity Insights answers with HTTP status ${answer.status}`);
      const format = formatIn(answer.body ?? "");
      const code = object(format.status).code;
      if (code === "INVALID_NUMBER_FORMAT" || format.is_format_valid === false) return INVALID;
      if (code !== "OK") return unavailable("Identity Insights has no answer for this number");
      const { number_international, country_code, country_prefix } = format;
      return insight(number, number_international, country_code, country_prefix) ?? UNREADABLE;
    },
  };
};

const INVALID: Insight = { kind: "invalid", detail: "is not a number that exists" };

const UNREADABLE: Insight = unavailable("Identity Insights gives an answer that makes no sense");

const formatIn = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return object(object(object(JSON.parse(body)).insights).format);
  } catch {
    return {};
  }
};

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

import { randomUUID } from "node:crypto";
import type { SimulatorContext } from "#apps/simulator/context.ts";
import { type NumberFacts, numberFacts } from "#apps/simulator/countries.ts";
import { isValidBearer } from "./bearer-token.ts";
import type { CarrierCall, Reply } from "./exchange.ts";
import { parseObject } from "./parameters.ts";
import { PROBLEM_TYPE } from "./replies.ts";

const INSIGHTS = ["format", "current_carrier", "original_carrier"] as const;

/** `POST /identity-insights/v1/requests` of Identity Insights 1.0.0, for the insights that need no network. */
export const identityInsights =
  ({ settings }: SimulatorContext): CarrierCall =>
  async ({ body, request }) => {
    if (!isValidBearer(request.headers.authorization, settings.account.publicKey)) {
      return problem(401, "Unauthorized", "A valid RS256 application token is needed");
    }
    if (!request.headers["content-type"]?.includes("json")) {
      return problem(415, "Unsupported Media Type", "Send application/json");
    }
    const asked = parseObject((await body())?.toString("utf8") ?? "");
    const number = asked?.phone_number;
    const wanted = asked?.insights;
    if (!asked) return problem(400, "Bad Request", "The body is no JSON object");
    if (typeof number !== "string" || number === "") {
      return problem(422, "Unprocessable Entity", "phone_number is missing");
    }
    if (typeof wanted !== "object" || wanted === null || Object.keys(wanted).length === 0) {
      return problem(422, "Unprocessable Entity", "insights is missing or empty");
    }
    const facts = numberFacts(number);
    const insights = Object.keys(wanted).map((name) => [name, insight(name, facts)]);
    return { status: 200, body: { request_id: randomUUID(), insights: Object.fromEntries(insights) } };
  };

const problem = (status: number, title: string, detail: string): Reply => ({
  status,
  body: { type: "about:blank", title, detail, instance: randomUUID() },
  contentType: PROBLEM_TYPE,
});

const insight = (name: string, facts: NumberFacts | undefined): unknown => {
  if (!(INSIGHTS as readonly string[]).includes(name)) return failure("NO_COVERAGE", "Not supported here");
  if (!facts) {
    const status = failure("INVALID_NUMBER_FORMAT", "The number is not valid");
    return name === "format" ? { is_format_valid: false, ...status } : status;
  }
  const status = { code: "OK", message: "Success" };
  if (name !== "format") {
    return {
      name: `Simulated ${facts.countryName}`,
      network_type: facts.isMobile ? "MOBILE" : "LANDLINE",
      country_code: facts.country,
      network_code: facts.network,
      status,
    };
  }
  return {
    country_code: facts.country,
    country_name: facts.countryName,
    country_prefix: facts.prefix,
    number_international: `+${facts.international}`,
    number_national: facts.national,
    is_format_valid: true,
    status,
  };
};

const failure = (code: string, message: string) => ({ status: { code, message } });

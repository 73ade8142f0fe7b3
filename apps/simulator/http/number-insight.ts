import { randomUUID } from "node:crypto";
import type { SimulatorContext } from "#apps/simulator/context.ts";
import { numberFacts } from "#apps/simulator/countries.ts";
import { authenticate } from "./credentials.ts";
import type { CarrierCall, Reply } from "./exchange.ts";
import { readParameters } from "./parameters.ts";

/** `/ni/basic/json` of Number Insight 1.2.1: HTTP 200 whatever happens; here `status` is a number. */
export const numberInsightBasic =
  ({ settings }: SimulatorContext): CarrierCall =>
  async (exchange) => {
    const read = await readParameters(exchange);
    const params = read.kind === "read" ? read.params : {};
    const who = authenticate(settings.account, exchange.request.headers.authorization, params);
    const answer = (body: unknown): Reply => ({ status: 200, body });
    if (who !== "ok") return answer({ status: 4, status_message: "Invalid credentials" });
    const { number, country } = params;
    if (!number) return answer({ status: 3, status_message: "Invalid request :: Missing number" });
    const facts = numberFacts(number, country);
    if (!facts) {
      const reason = `Invalid request :: Not valid number format detected [ ${number} ]`;
      return answer({ status: 3, status_message: reason });
    }
    return answer({
      status: 0,
      status_message: "Success",
      request_id: randomUUID(),
      international_format_number: facts.international,
      national_format_number: facts.national,
      country_code: facts.country,
      country_code_iso3: facts.countryIso3,
      country_name: facts.countryName,
      country_prefix: facts.prefix,
    });
  };

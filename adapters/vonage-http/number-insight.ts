import type { Insight, NumberInsight } from "#core/ports/number-insight.ts";
import { insight, unavailable } from "./insight-answer.ts";
import type { Sdk } from "./sdk.ts";

/**
 * Number Insight Basic (specification 1.2.1), which Vonage ends on 4 February 2027. The country hint is not passed on: with a
 * number in E.164 it can only contradict it, and a contradiction makes the number invalid.
 */
export const vonageNumberInsight = ({ sdk }: { readonly sdk: Sdk }): NumberInsight => ({
  lookup: async (number) => {
    const answer = await sdk((vonage) => vonage.numberInsights.basicLookup(number));
    if (answer.kind === "nothing") return unavailable("Number Insight gives no usable answer");
    if (answer.kind === "refused")
      return unavailable(`Number Insight answers with HTTP status ${answer.status}`);
    const body: unknown = answer.value;
    if (typeof body !== "object" || body === null) return UNREADABLE;
    const { status, international_format_number, country_code, country_prefix } = body as Record<
      string,
      unknown
    >;
    if (status === undefined || status === null) return UNREADABLE;
    // HTTP says 200 whatever happens; the texts beside the status repeat the number and go no further.
    const code = Number(status);
    if (code === 0)
      return insight(number, international_format_number, country_code, country_prefix) ?? UNREADABLE;
    if (code === 3) return { kind: "invalid", detail: "is not a number that exists" };
    return unavailable(STATUSES.get(code) ?? `Number Insight answers with status ${code}`);
  },
});

const STATUSES: ReadonlyMap<number, string> = new Map([
  [1, "Number Insight is asked too often"],
  [4, "Number Insight refuses our credentials"],
  [5, "Number Insight has an internal error"],
  [9, "Our carrier account has no credit left"],
]);

const UNREADABLE: Insight = unavailable("Number Insight gives an answer that makes no sense");

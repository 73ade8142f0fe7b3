import type { MarketFailure } from "#core/ports/number-market.ts";
import { CREDENTIALS_REFUSED } from "./outcomes.ts";
import type { SdkAnswer } from "./sdk.ts";

/** The status of Numbers API 1.1.0 for whatever cannot be done; what exactly, one has to find out. */
export const METHOD_FAILED = 420;

export type NoAnswer = Exclude<SdkAnswer<unknown>, { readonly kind: "answered" }>;

/** What a refusal means whatever was asked for. Nothing of what the carrier wrote goes further. */
export const marketFailure = (answer: NoAnswer): MarketFailure => {
  if (answer.kind === "nothing") return UNREACHABLE;
  const { status, label } = answer;
  if (status === 401 || status === 403) return { kind: "unavailable", ...CREDENTIALS_REFUSED };
  if (status === 429) return THROTTLED;
  if (status >= 500 || status < 400) return UNREACHABLE;
  if (/address|dashboard/i.test(label)) return RESTRICTED;
  return {
    kind: "refused",
    code: `http-${status}`,
    detail: `The carrier refuses it with HTTP status ${status}`,
  };
};

export const UNREACHABLE: MarketFailure = {
  kind: "unavailable",
  code: "carrier-unreachable",
  detail: "The carrier's number service gives no usable answer",
};

export const THROTTLED: MarketFailure = {
  kind: "unavailable",
  code: "carrier-throttled",
  detail: "The carrier's number service is asked too often",
};

const RESTRICTED: MarketFailure = {
  kind: "refused",
  code: "number-restricted",
  detail: "The carrier rents such numbers only by hand, to holders of a local address",
};

export const TAKEN: MarketFailure = {
  kind: "taken",
  code: "number-taken",
  detail: "The number is not for rent any more",
};

export const NOT_OURS: MarketFailure = {
  kind: "refused",
  code: "number-not-ours",
  detail: "The number is not rented by this account",
};

export const WEBHOOK_UNREACHABLE: MarketFailure = {
  kind: "unavailable",
  code: "webhook-unreachable",
  detail: "The carrier does not take the settings: most often it gets no answer from our webhook address",
};

export const NOT_RELEASED: MarketFailure = {
  kind: "unavailable",
  code: "number-not-released",
  detail: "The carrier keeps the number in our account",
};

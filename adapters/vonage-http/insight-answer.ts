import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import type { Insight } from "#core/ports/number-insight.ts";

/** What a lookup found, checked; null when it is not what a lookup finds. `international` may have its plus. */
export const insight = (
  asked: Msisdn,
  international: unknown,
  country: unknown,
  callingCode: unknown,
): Insight | null => {
  const number = typeof international === "string" ? international.replace(/^\+/, "") : asked;
  if (!isMsisdn(number) || typeof country !== "string" || !/^[A-Z]{2}$/.test(country)) return null;
  const code = String(callingCode).replace(/^\+/, "");
  return /^[1-9]\d{0,2}$/.test(code) && number.startsWith(code)
    ? { kind: "valid", number, country, callingCode: code }
    : null;
};

export const unavailable = (detail: string): Insight => ({ kind: "unavailable", detail });

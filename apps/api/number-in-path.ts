import { type Msisdn, parseMsisdn } from "#core/domain/msisdn.ts";
import { fail, ok, type Result } from "#core/result.ts";
import type { Answer } from "./answers.ts";
import { invalid } from "./problems.ts";

/** The phone number that a path such as `/v1/numbers/:number` names. */
export const numberIn = (params: Readonly<Record<string, string>>): Result<Msisdn, Answer> => {
  const number = parseMsisdn(params.number ?? "");
  return number.ok ? ok(number.value) : fail(invalid({ path: "number", message: number.error }));
};

import type { Handset } from "#core/domain/numbering/handset.ts";
import { fail, type Result } from "#core/result.ts";
import type { Answer } from "./answers.ts";
import { invalid } from "./problems.ts";
import { readHandset } from "./validation.ts";

/** The phone number that a path such as `/v1/numbers/:number` names. */
export const numberIn = (params: Readonly<Record<string, string>>): Result<Handset, Answer> => {
  const number = readHandset(params.number ?? "");
  return number.ok ? number : fail(invalid({ path: "number", message: number.error }));
};

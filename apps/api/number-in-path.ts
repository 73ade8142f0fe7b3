import type { Handset } from "#core/domain/numbering/handset.ts";
import type { Answer } from "./answers.ts";
import type { ApiRequest } from "./endpoint.ts";
import { invalid } from "./problems.ts";
import { readHandset } from "./validation.ts";

/** Handles a request whose path, such as `/v1/numbers/:number`, names a phone number. */
export const forNumberInPath =
  (handle: (number: Handset) => Promise<Answer>) =>
  async ({ params }: Pick<ApiRequest<unknown, unknown>, "params">): Promise<Answer> => {
    const number = readHandset(params.number ?? "");
    return number.ok ? handle(number.value) : invalid({ path: "number", message: number.error });
  };

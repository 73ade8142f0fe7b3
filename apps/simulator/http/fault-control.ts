import type { SimulatorContext } from "#apps/simulator/context.ts";
import { parseFaults } from "#apps/simulator/faults.ts";
import type { Handler } from "./exchange.ts";
import { replyJson, replyProblem } from "./replies.ts";

export interface FaultControl {
  readonly show: Handler;
  readonly replace: Handler;
  readonly clear: Handler;
}

/** The faults in force are replaced as a whole: what is not named is healthy again. */
export const faultControl = ({ faults }: SimulatorContext): FaultControl => ({
  show: ({ response }) => replyJson(response, 200, faults.current()),
  replace: async ({ body, response }) => {
    const octets = await body();
    if (!octets) return replyProblem(response, 413, "Too large", "The body is too large");
    const value = parseJson(octets.toString("utf8"));
    if (value === undefined) return replyProblem(response, 400, "Malformed JSON", "The body is no JSON");
    const parsed = parseFaults(value);
    if (!parsed.ok) {
      return replyProblem(response, 422, "Invalid request", "Not a set of faults", parsed.problems);
    }
    faults.replace(parsed.faults);
    replyJson(response, 200, parsed.faults);
  },
  clear: ({ response }) => {
    faults.replace({});
    replyJson(response, 200, {});
  },
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

import { z } from "zod";
import { PROBLEM_NAMES, PROBLEMS, type ProblemName, problemType } from "#apps/api/problem-kinds.ts";

const fieldProblem = z
  .strictObject({
    path: z
      .string()
      .meta({ description: "Dotted, such as `participants.0.number`; empty: the body as a whole" }),
    message: z.string(),
  })
  .meta({ id: "FieldProblem" });

const types = PROBLEM_NAMES.map(problemType);

/** RFC 9457, as every refusal is answered. */
export const problemSchema = z
  .strictObject({
    type: z.enum(types as [string, ...string[]]).meta({ description: "More types may come" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "For a person" }),
    retryable: z.boolean().meta({ description: "Whether the same request may succeed later" }),
    errors: z
      .array(fieldProblem)
      .optional()
      .meta({ description: "With `invalid-request`: what is wrong with each field" }),
    instance: z
      .string()
      .optional()
      .meta({ description: "Names this one occurrence, so that it can be found in the log" }),
    oldest: z
      .string()
      .optional()
      .meta({ description: "With `cursor-expired`: the cursor from which all that is kept is read" }),
  })
  .meta({ id: "Problem", description: "Why a request was not carried out (RFC 9457)" });

export const problemExample = (name: ProblemName) => {
  const { status, title, retryable, cause } = PROBLEMS[name];
  return {
    type: problemType(name),
    title,
    status,
    detail: cause,
    retryable,
    ...(name === "cursor-expired" && { oldest: "1_2s9_0_0" }),
    ...(name === "invalid-request" && {
      errors: [{ path: "participants.0.number", message: "must be E.164, such as +447700900123" }],
    }),
  };
};

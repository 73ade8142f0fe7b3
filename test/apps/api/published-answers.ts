import { expect } from "vitest";
import { problemsOf } from "#apps/api/openapi/operation.ts";
import { problemSchema } from "#apps/api/openapi/problem-schema.ts";
import { problemType } from "#apps/api/problem-kinds.ts";
import { CALLS } from "./calls.ts";

const calls = CALLS.map((call) => ({
  call,
  path: new RegExp(`^${call.path.replace(/:\w+/g, "[^/]+")}$`),
}));

export interface AnsweredRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** Every answer must be what `/openapi.json` says: of a status that is named there, with all its fields and no others. */
export const expectPublished = ({ method, path, status, body }: AnsweredRequest): void => {
  const found = calls.find(({ call, path: pattern }) => call.method === method && pattern.test(path))?.call;
  if (status >= 400) {
    const problem = problemSchema.safeParse(body);
    expect(problem.error, `a problem of ${method} ${path}`).toBeUndefined();
    if (found && problem.success)
      expect(
        problemsOf(found).map(problemType),
        `${found.operationId} has a problem that is not named`,
      ).toContain(problem.data.type);
    return;
  }
  if (!found) return;
  expect(Object.keys(found.answers), `${found.operationId} answers a status that is not named`).toContain(
    String(status),
  );
  const schema = found.answers[status];
  if (!schema) expect(body).toBeUndefined();
  else expect(schema.safeParse(body).error, `the answer of ${found.operationId}`).toBeUndefined();
};

import type { ServerResponse } from "node:http";

export const replyJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  type = "application/json",
): void => {
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
};

export interface Problem {
  readonly path: string;
  readonly message: string;
}

export const PROBLEM_TYPE = "application/problem+json";

/** RFC 9457: what the control interface says when something is wrong. */
export const replyProblem = (
  response: ServerResponse,
  status: number,
  title: string,
  detail: string,
  errors?: readonly Problem[],
): void =>
  replyJson(
    response,
    status,
    { type: "about:blank", title, status, detail, ...(errors && { errors }) },
    PROBLEM_TYPE,
  );

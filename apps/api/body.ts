import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "#core/result.ts";
import type { Answer } from "./answers.ts";
import { BODY_MAX } from "./limits.ts";
import { problem } from "./problems.ts";

/** Objects and arrays inside one another. */
const DEPTH_MAX = 8;
/** Members and elements in all. */
const MEMBERS_MAX = 2_000;

export interface JsonBody {
  readonly raw: Buffer;
  readonly value: unknown;
}

/** The JSON of a request, whatever its content type says; no body at all is an empty object. */
export const readJson = async (request: IncomingMessage): Promise<Result<JsonBody, Answer>> => {
  const raw = await readBody(request);
  if (raw === "too-large") return fail(problem("too-large", `The body exceeds ${BODY_MAX} octets`));
  if (raw === "cut") return fail(problem("malformed-json", "The body ended before it was complete"));
  if (raw.length === 0) return ok({ raw, value: {} });
  const value = parse(raw);
  if (value === undefined) return fail(problem("malformed-json", "The body is no JSON in UTF-8"));
  return isModest(value)
    ? ok({ raw, value })
    : fail(problem("malformed-json", `The body has more than ${DEPTH_MAX} levels or ${MEMBERS_MAX} members`));
};

const readBody = (request: IncomingMessage): Promise<Buffer | "too-large" | "cut"> => {
  if (Number(request.headers["content-length"]) > BODY_MAX) return Promise.resolve("too-large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on("error", () => {})
      .on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= BODY_MAX) chunks.push(chunk);
        else resolve("too-large");
      })
      .on("end", () => resolve(Buffer.concat(chunks)))
      .on("close", () => resolve("cut"));
  });
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

const parse = (raw: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(raw));
  } catch {
    return undefined;
  }
};

const isModest = (value: unknown): boolean => {
  let members = 0;
  const visit = (each: unknown, depth: number): boolean => {
    if (typeof each !== "object" || each === null) return true;
    if (depth > DEPTH_MAX) return false;
    const inside = Object.values(each);
    members += inside.length;
    return members <= MEMBERS_MAX && inside.every((one) => visit(one, depth + 1));
  };
  return visit(value, 1);
};

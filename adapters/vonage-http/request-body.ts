import type { IncomingMessage } from "node:http";
import { parse } from "node:querystring";
import { fail, ok, type Result } from "#core/result.ts";
import type { Parameters } from "./fields.ts";

/** Longest webhook body, in octets: a text of 3,200 characters takes some 20,000, percent-encoded. */
export const BODY_MAX = 64 * 1024;

/** Longest wait for a body to arrive whole, in milliseconds. Vonage itself gives up after 15 seconds. */
export const BODY_WAIT_MAX_MS = 10_000;

/** More parameters than any webhook has. */
const PARAMETERS_MAX = 100;

/** `cut`: it ended before it was whole. */
export type BodyFault = "too-large" | "cut";

/** The body of a request, whole; what is too large is not read to its end. */
export const readBody = async (request: IncomingMessage): Promise<Result<Buffer, BodyFault>> => {
  const length = Number(request.headers["content-length"]);
  if (length > BODY_MAX) return fail("too-large");
  // What came along with its head, as webhooks do, is there in the next microtask: then there is nothing to wait for.
  await null;
  return request.readableLength === length ? ok(request.read() ?? NOTHING) : collect(request);
};

const NOTHING = Buffer.alloc(0);

const collect = (request: IncomingMessage): Promise<Result<Buffer, BodyFault>> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Result<Buffer, BodyFault>): void => {
      clearTimeout(deadline);
      request.off("data", take).off("end", end).off("close", cut);
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > BODY_MAX) finish(fail("too-large"));
      else chunks.push(chunk);
    };
    const end = (): void => finish(ok(Buffer.concat(chunks)));
    const cut = (): void => finish(fail("cut"));
    const deadline = setTimeout(cut, BODY_WAIT_MAX_MS);
    // An error is always followed by "close"; without a listener it would end the process.
    request
      .on("error", () => {})
      .on("data", take)
      .on("end", end)
      .on("close", cut);
  });

/**
 * The parameters in a body: JSON when it says so or looks so (Vonage has been seen to send JSON without a content type),
 * otherwise a form. Null when it is malformed JSON, or JSON that is no object.
 */
export const parseBody = (body: Buffer, contentType: string | undefined): Parameters | null => {
  const text = body.toString();
  if (!/\bjson\b/i.test(contentType ?? "") && !/^\s*\{/.test(text)) return parseForm(text);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Parameters)
      : null;
  } catch {
    return null;
  }
};

/** A query or form. A name that is repeated has an array for its value, which nothing accepts. */
export const parseForm = (text: string): Parameters =>
  parse(text, "&", "=", { maxKeys: PARAMETERS_MAX }) as Parameters;

import { createHash, hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "#core/result.ts";
import type { Answer } from "./answers.ts";
import { readJson } from "./body.ts";
import { invalid } from "./problems.ts";

/** One value of many; undefined: it is no JSON in UTF-8, or too long. */
export interface JsonLine {
  /** From 1. */
  readonly line: number;
  readonly value: unknown;
}

/** The values of a body, as they come in. */
export interface BodyLines {
  readonly each: AsyncIterable<JsonLine>;
  /** The connection ended before the body did. */
  isCut(): boolean;
  /** A digest of the body and of what was said beside it; a function: it reads what nobody has read yet. */
  readonly fingerprint: string | (() => Promise<string>);
}

export const NDJSON = "application/x-ndjson";

/** Longest line, in octets. */
const LINE_MAX = 16 * 1024;
const NEWLINE = 0x0a;

/** Lines of JSON, read as they are asked for; of any other content type, a list. `beside`: what else belongs to the request. */
export const readLines = async (
  request: IncomingMessage,
  beside: string,
): Promise<Result<BodyLines, Answer>> => {
  if (request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === NDJSON)
    return ok(streamed(request, beside));
  const json = await readJson(request);
  if (!json.ok) return json;
  const { value, raw } = json.value;
  if (!Array.isArray(value)) return fail(invalid({ path: "", message: "must be a list, or lines of JSON" }));
  const fingerprint = hash("sha256", Buffer.concat([Buffer.from(`list ${beside}\n`), raw]), "hex");
  return ok({ each: listed(value), isCut: () => false, fingerprint });
};

async function* listed(values: readonly unknown[]): AsyncIterable<JsonLine> {
  for (const [at, value] of values.entries()) yield { line: at + 1, value };
}

const streamed = (request: IncomingMessage, beside: string): BodyLines => {
  let isCut = false;
  const digest = createHash("sha256").update(`lines ${beside}\n`);
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        digest.update(chunk);
        yield chunk;
      }
    } catch (error) {
      isCut = !request.complete;
      throw error;
    }
  }
  const chunks = read();
  const fingerprint = async (): Promise<string> => {
    while (!(await chunks.next()).done);
    return digest.digest("hex");
  };
  return { each: eachOf(linesOf(chunks)), isCut: () => isCut, fingerprint };
};

async function* eachOf(lines: AsyncIterable<Buffer | null>): AsyncIterable<JsonLine> {
  let line = 0;
  for await (const octets of lines) {
    line += 1;
    if (octets === null) yield { line, value: undefined };
    // Blank lines count, so that numbers of lines are those of the caller's file.
    else if (octets.some((octet) => octet > 0x20)) yield { line, value: parse(octets) };
  }
}

/** Null: the line is too long. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer | null> {
  let rest: Buffer[] = [];
  let size = 0;
  const take = (): Buffer | null => {
    const line = size > LINE_MAX ? null : Buffer.concat(rest);
    rest = [];
    size = 0;
    return line;
  };
  const add = (piece: Buffer): void => {
    size += piece.length;
    if (size <= LINE_MAX) rest.push(piece);
    else rest = [];
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (size > 0) yield take();
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

const parse = (octets: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(octets));
  } catch {
    return undefined;
  }
};

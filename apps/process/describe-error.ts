import { redact } from "./redact.ts";

/** What of an error may be written down. */
export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly at?: readonly string[];
  readonly cause?: ErrorDescription;
}

const MESSAGE_LENGTH_MAX = 500;
const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

/** A parser's message quotes what it could not parse, which may be somebody's text. */
const quotesItsInput = (error: Error): boolean => error instanceof SyntaxError;

const framesOf = ({ stack = "" }: Error): readonly string[] =>
  stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, FRAMES_MAX)
    .map((line) => redact(line.slice("    at ".length)));

/**
 * Takes from an error what helps and cannot betray anybody: its name, code, redacted message and place. Never the object
 * as a whole: the errors of HTTP clients carry the request with its credentials and texts, those of databases carry rows.
 */
export const describeError = (error: unknown, causesMax = CAUSES_MAX): ErrorDescription => {
  if (!(error instanceof Error)) return { name: `Thrown ${error === null ? "null" : typeof error}` };
  const { name, message, cause } = error;
  const code: unknown = "code" in error ? error.code : undefined;
  const frames = framesOf(error);
  return {
    name: redact(name),
    ...(typeof code === "string" || typeof code === "number" ? { code: redact(String(code)) } : {}),
    ...(message === "" || quotesItsInput(error)
      ? {}
      : { message: redact(message).slice(0, MESSAGE_LENGTH_MAX) }),
    ...(frames.length === 0 ? {} : { at: frames }),
    ...(cause === undefined || causesMax <= 0 ? {} : { cause: describeError(cause, causesMax - 1) }),
  };
};

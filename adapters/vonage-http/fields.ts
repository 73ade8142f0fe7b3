import { TEXT_UNITS_MAX } from "#core/domain/message-text.ts";
import { fail, ok, type Result } from "#core/result.ts";

/** What a webhook carried: decoded query, form or JSON. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What is wrong with one field; the message never repeats its value. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Carriers' message ids are 16 hex digits or UUIDs today. */
const ID_MAX = 128;

/** A number has at most 15 digits, a name at most 11 characters. */
const ADDRESS_MAX = 32;

/** The value as text; null when it is absent, empty or no scalar. */
export const scalar = (parameters: Parameters, name: string): string | null => {
  const value = parameters[name];
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
};

/** A carrier's message id: printable ASCII. */
export const carrierId = (parameters: Parameters, path: string): Result<string, FieldProblem> => {
  const id = scalar(parameters, path)?.trim();
  if (!id) return fail({ path, message: "is missing" });
  if (id.length > ID_MAX || !/^[\x21-\x7e]+$/.test(id)) return fail({ path, message: "is no message id" });
  return ok(id);
};

/** A number as bare digits, or the letters of an alphanumeric sender. */
export const address = (parameters: Parameters, path: string): Result<string, FieldProblem> => {
  const written = scalar(parameters, path)?.trim();
  if (!written) return fail({ path, message: "is missing" });
  if (written.length > ADDRESS_MAX)
    return fail({ path, message: `is longer than ${ADDRESS_MAX} characters` });
  if (/^\+?[0-9 ()-]+$/.test(written)) return ok(written.replace(/[^0-9]/g, ""));
  return /^[\x20-\x7e]+$/.test(written) ? ok(written) : fail({ path, message: "is no number" });
};

/** Everything below a space but tab, line feed, form feed (a GSM character) and carriage return; delete; C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]/g;

/** A text without what no handset shows: control characters and half surrogate pairs. */
export const cleanText = (text: string): string => text.replace(CONTROL, "").toWellFormed();

/** An absent text is an empty one: carriers leave empty parameters out. */
export const messageText = (parameters: Parameters, path: string): Result<string, FieldProblem> => {
  const text = scalar(parameters, path) ?? "";
  if (text.length > TEXT_UNITS_MAX)
    return fail({ path, message: `is longer than ${TEXT_UNITS_MAX} characters` });
  return ok(cleanText(text));
};

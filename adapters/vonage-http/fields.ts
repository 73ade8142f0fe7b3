import { hash } from "node:crypto";
import { INBOUND_UNITS_MAX } from "#core/domain/segments.ts";
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

/** A carrier's message id. One that is longer than ours may be, or has strange characters, counts by its hash. */
export const carrierId = (parameters: Parameters, path: string): Result<string, FieldProblem> => {
  const id = scalar(parameters, path)?.trim();
  if (!id) return fail({ path, message: "is missing" });
  return ok(id.length <= ID_MAX && /^[\x21-\x7e]+$/.test(id) ? id : `sha256:${hash("sha256", id, "hex")}`);
};

/** A number as bare digits; any other sender or receiver as far as it can be kept: it belongs to no route. */
export const address = (parameters: Parameters, path: string): Result<string, FieldProblem> => {
  const written = scalar(parameters, path)?.trim();
  if (!written) return fail({ path, message: "is missing" });
  return ok(
    /^\+?[0-9 ()-]+$/.test(written) && written.length <= ADDRESS_MAX
      ? written.replace(/[^0-9]/g, "")
      : cleanText(written.slice(0, ADDRESS_MAX)),
  );
};

/** Between which numbers a receipt's message went, as the carrier writes them. */
export interface ReceiptPair {
  readonly source: string;
  readonly destination: string;
}

/** Between which numbers a message went, by the names of the fields; null unless both are there. */
export const pairOf = (parameters: Parameters, source: string, destination: string): ReceiptPair | null => {
  const [from, to] = [address(parameters, source), address(parameters, destination)];
  return from.ok && to.ok ? { source: from.value, destination: to.value } : null;
};

/** Everything below a space but tab, line feed, form feed (a GSM character) and carriage return; delete; C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]/g;

/** A text without what no handset shows: control characters and half surrogate pairs. */
export const cleanText = (text: string): string => text.replace(CONTROL, "").toWellFormed();

/** An absent text is an empty one: carriers leave empty parameters out. What is too long for any text ends earlier. */
export const messageText = (parameters: Parameters, path: string): string =>
  cleanText((scalar(parameters, path) ?? "").slice(0, INBOUND_UNITS_MAX));

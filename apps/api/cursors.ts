import { hash } from "node:crypto";
import type { Page, Slice } from "#core/ports/conversations.ts";
import { fail, ok, type Result } from "#core/result.ts";
import type { Answer } from "./answers.ts";
import { BAD_CURSOR } from "./refusals.ts";

/** Which list a cursor belongs to: one list's cursor means nothing to another. */
export type List =
  | "conversations"
  | "messages"
  | "found-messages"
  | "failed-messages"
  | "numbers"
  | "opt-outs"
  | "blocks"
  | "webhook-endpoints"
  | "services"
  | "audit"
  | "holds"
  | "reports";

export const CURSOR_MAX = 400;
const CHECK_CHARACTERS = 8;

/** The place in a list as storage names it, in opaque base64url with a check against slips. */
export const encodeCursor = (list: List, after: string): string => {
  const place = Buffer.from(after).toString("base64url");
  return `${checkOf(list, place)}${place}`;
};

/** Null when it is no cursor of this list. */
export const decodeCursor = (list: List, cursor: string): string | null => {
  const place = cursor.slice(CHECK_CHARACTERS);
  if (cursor.length > CURSOR_MAX || cursor.slice(0, CHECK_CHARACTERS) !== checkOf(list, place)) return null;
  return Buffer.from(place, "base64url").toString();
};

const checkOf = (list: List, place: string): string =>
  hash("sha256", `${list} ${place}`, "base64url").slice(0, CHECK_CHARACTERS);

/** The page that a request asks for. */
export const pageOf = (
  list: List,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Result<Page, Answer> => {
  if (cursor === undefined) return ok({ limit, after: null });
  const after = decodeCursor(list, cursor);
  return after === null ? fail(BAD_CURSOR) : ok({ limit, after });
};

/** A page of a list as the API shows it. */
export const showSlice = <T, U>(list: List, { items, next }: Slice<T>, show: (item: T) => U) => ({
  items: items.map(show),
  next: next === null ? null : encodeCursor(list, next),
});

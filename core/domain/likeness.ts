import { findLeaks } from "#core/leaks/find-leaks.ts";

/** Shorter texts are said to many: "I am outside". UTF-16 units. */
const SAME_TEXT_MIN = 24;

/** The same for texts that differ in case, spaces and invisible characters only; of 32 bits, so that no text is remembered. Null: too short. */
export const likenessOf = (text: string): number | null => {
  const plain = plainly(text);
  return plain.length < SAME_TEXT_MIN ? null : hashOf(plain);
};

/** Links of one text that are looked at. */
const LINKS_MAX = 4;
const MAY_BE_LINK = /[./]/;

/**
 * The same for links to the same page, whatever stands around them, behind `?` or `#`, or before the name of the host. Only of what
 * is a link for sure.
 */
export const linkLikenessesOf = (text: string): readonly number[] => {
  if (!MAY_BE_LINK.test(text)) return [];
  const links = findLeaks([text], { callingCodes: [] }).filter(
    ({ kind, certainty }) => kind === "link" && certainty === "sure",
  );
  const pages = links.map(({ start, end }) => pageOf(text.slice(start, end)));
  return [...new Set(pages)].slice(0, LINKS_MAX).map((page) => hashOf(`link ${page}`));
};

const pageOf = (link: string): string =>
  plainly(link)
    .replace(/^[a-z]+:\/\//, "")
    .replace(/^www\./, "")
    .replace(/[?#].*$/, "")
    .replace(/\/+$/, "");

const plainly = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, "");

/** FNV-1a, 32 bits. */
const hashOf = (plain: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < plain.length; at += 1)
    hash = Math.imul(hash ^ plain.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
};

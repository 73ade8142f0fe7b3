import type { Msisdn } from "#core/domain/msisdn.ts";
import { callingCodeOf } from "#core/domain/numbering/calling-code.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import { type NoticeKind, noticeText } from "./notices.ts";
import type { Language } from "./wish.ts";

/** Of calling codes under which nearly everybody reads one of our languages; in others the service's is as good a guess. */
const LANGUAGE_BY_CODE: ReadonlyMap<string, Language> = new Map(
  (
    [
      ["en", "44 353 61 64"],
      ["de", "49 43 423"],
      ["fr", "33 377"],
      ["es", "34 51 52 53 54 56 57 58 502 503 504 505 506 507 591 593 595 598"],
      ["pt", "351 55 244 258"],
    ] as const
  ).flatMap(([language, codes]) => codes.split(" ").map((code) => [code, language] as const)),
);

/** That of the word that was said, else of the person's country, else of the service; English where nothing is known. */
export const noticeLanguage = (
  ofWord: Language | null,
  recipient: Msisdn,
  rules: Pick<Rules, "language">,
): Language => ofWord ?? LANGUAGE_BY_CODE.get(callingCodeOf(recipient)) ?? rules.language ?? "en";

/** What a service says to one person: in its own words where it has some, else in the usual ones under its name. */
export const noticeOf = (
  kind: NoticeKind,
  ofWord: Language | null,
  recipient: Msisdn,
  rules: Pick<Rules, "language" | "texts" | "name">,
): string => {
  const language = noticeLanguage(ofWord, recipient, rules);
  // breakage: forget-service-texts
  return ownText(kind, rules.texts[language]) ?? noticeText(kind, language, rules.name);
};

/** Where a service words what STOP does, and not what THIS does, its people are not offered THIS. */
const ownText = (kind: NoticeKind, texts: Rules["texts"][Language]): string | undefined =>
  texts?.[kind] ?? (kind === "stop-or-this" ? texts?.stop : undefined);

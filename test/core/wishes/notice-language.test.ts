import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { noticeLanguage, noticeOf } from "#core/domain/wishes/notice-language.ts";
import { noticeText } from "#core/domain/wishes/notices.ts";

const [GERMAN, AMERICAN] = ["4915112345678" as Msisdn, "14155550123" as Msisdn];
const PLAIN = { language: null, texts: {}, name: null };

describe("the language of a notice", () => {
  test("is that of the word, else of the person's country, else of the service, else English", () => {
    const rules = { language: "fr" } as const;
    expect(noticeLanguage("es", GERMAN, rules)).toBe("es");
    expect(noticeLanguage(null, GERMAN, rules)).toBe("de");
    expect(noticeLanguage(null, AMERICAN, rules)).toBe("fr");
    expect(noticeLanguage(null, AMERICAN, { language: null })).toBe("en");
  });
});

describe("a notice", () => {
  test("names the service, in the usual words", () => {
    const rules = { ...PLAIN, name: "Rides" };
    expect(noticeOf("stop", "de", AMERICAN, rules)).toBe(noticeText("stop", "de", "Rides"));
  });

  test("is in the service's own words where it has some", () => {
    const rules = { ...PLAIN, name: "Rides", texts: { de: { stop: "Rides: Ende. START: weiter." } } };
    expect(noticeOf("stop", null, GERMAN, rules)).toBe("Rides: Ende. START: weiter.");
    expect(noticeOf("stop-or-this", null, GERMAN, rules)).toBe("Rides: Ende. START: weiter.");
    expect(noticeOf("help", null, GERMAN, rules)).toBe(noticeText("help", "de", "Rides"));
    expect(noticeOf("stop", null, AMERICAN, rules)).toBe(noticeText("stop", "en", "Rides"));
  });
});

import type { Language } from "#apps/console/state.ts";
import { de } from "./de.ts";
import { en, type Words } from "./en.ts";

const WORDS: Readonly<Record<Language, Words>> = { en, de };

export const wordsOf = (language: Language): Words => WORDS[language];

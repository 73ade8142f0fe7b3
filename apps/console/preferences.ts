import type { Preferences } from "./state.ts";

const PLACE = "sms-proxy";

/** What this browser was told before; otherwise what it asks for. */
export const readPreferences = (): Preferences => {
  const told = toldBefore();
  return {
    language: told.language === "de" || told.language === "en" ? told.language : ownLanguage(),
    theme: told.theme === "light" || told.theme === "dark" ? told.theme : "auto",
    density: told.density === "compact" ? "compact" : "normal",
  };
};

export const savePreferences = (preferences: Preferences): void => {
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing asks again at the next visit.
  }
};

/** Style sheets go by attributes of the document. */
export const showPreferences = ({ language, theme, density }: Preferences): void => {
  const { documentElement: root } = document;
  root.lang = language;
  root.dataset.theme = theme;
  root.dataset.density = density;
};

const ownLanguage = (): Preferences["language"] => (navigator.language.startsWith("de") ? "de" : "en");

const toldBefore = (): Partial<Record<keyof Preferences, unknown>> => {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return typeof told === "object" && told !== null ? told : {};
  } catch {
    return {};
  }
};

import type { Zone } from "./addresses.ts";
import type { Language } from "./state.ts";

/** Times and numbers as people of one language read them. */
export interface Format {
  time(at: string | number): string;
  /** With milliseconds. */
  exactTime(at: string | number): string;
  date(at: string | number): string;
  dateTime(at: string | number): string;
  /** Such as `3 minutes ago`. */
  ago(at: string | number, now: number): string;
  /** Between two instants, such as `120 ms` or `4.2 s`. */
  span(ms: number): string;
  count(value: number): string;
  country(code: string): string;
}

const HOUR_MS = 3_600_000;

const made = new Map<string, Format>();

/** Formatters are dear, so each is made once. */
export const formatFor = (language: Language, zone: Zone): Format => {
  const key = `${language} ${zone}`;
  const known = made.get(key);
  if (known) return known;
  const format = createFormat(language, zone);
  made.set(key, format);
  return format;
};

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

const createFormat = (language: Language, zone: Zone): Format => {
  // British English: the day before the month, and 24 hours.
  const locale = language === "en" ? "en-GB" : "de-DE";
  const timeZone = zone === "utc" ? { timeZone: "UTC" } : {};
  const dated = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...timeZone });
  const time = dated({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const exact = dated({ hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
  const date = dated({ day: "numeric", month: "short", year: "numeric" });
  const both = dated({
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const count = new Intl.NumberFormat(locale);
  const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const countries = new Intl.DisplayNames(locale, { type: "region", fallback: "code" });
  const instant = (at: string | number): Date => new Date(at);
  return {
    time: (at) => time.format(instant(at)),
    exactTime: (at) => exact.format(instant(at)),
    date: (at) => date.format(instant(at)),
    dateTime: (at) => both.format(instant(at)),
    ago: (at, now) => {
      const ms = instant(at).getTime() - now;
      const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? ["second", 1_000];
      return relative.format(Math.trunc(ms / size), unit);
    },
    span: (ms) => {
      if (ms < 1_000) return `${count.format(Math.round(ms))} ms`;
      if (ms < 60_000) return `${oneDigit.format(ms / 1_000)} s`;
      if (ms < HOUR_MS) return `${oneDigit.format(ms / 60_000)} min`;
      return `${oneDigit.format(ms / HOUR_MS)} h`;
    },
    count: (value) => count.format(value),
    country: (code) => {
      try {
        return countries.of(code) ?? code;
      } catch {
        return code;
      }
    },
  };
};

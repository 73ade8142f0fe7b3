import type { Zone } from "./addresses.ts";

/** What a browser gives for a date and a time has no zone. Null: it is none. */
export const instantOf = (written: string, zone: Zone): string | null => {
  if (written === "") return null;
  const instant = new Date(zone === "utc" ? `${written}Z` : written);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
};

/** As a field for a date and a time takes it, to the minute. `at`: milliseconds since the epoch. */
export const asWritten = (at: number, zone: Zone): string => {
  const shift = zone === "utc" ? 0 : new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - shift).toISOString().slice(0, "2026-01-31T12:00".length);
};

import fc from "fast-check";
import { getCountries, getCountryCallingCode } from "libphonenumber-js";
import { describe, expect, test } from "vitest";
import type { MessageRecord } from "#core/domain/message-record.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { holdFor, mayLeaveAt } from "#core/domain/quiet-hours/hold.ts";
import { isTimeZone } from "#core/domain/quiet-hours/local-time.ts";
import { type QuietHours, WEEKDAYS, windowsBetween } from "#core/domain/quiet-hours/quiet-hours.ts";
import { namedZones, zonesOfNumber } from "#core/domain/quiet-hours/zones-of-number.ts";
import { repeated } from "#core/domain/repeating.ts";
import {
  aConversation,
  aParticipant,
  DAY,
  freshNumber,
  HOUR,
  MINUTE,
} from "#test/support/traffic-builders.ts";

const clockArbitrary = fc
  .tuple(fc.nat({ max: 23 }), fc.constantFrom("00", "15", "30", "59"))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);

const ruleArbitrary: fc.Arbitrary<QuietHours> = fc
  .record({
    from: clockArbitrary,
    to: clockArbitrary,
    days: fc.subarray([...WEEKDAYS], { maxLength: 6 }),
  })
  .filter(({ from, to }) => from !== to);

/** Clocks that are changed in the spring and in the autumn, by half an hour, at midnight, and not at all. */
const zoneArbitrary = fc.constantFrom(
  ...["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"],
  ...["America/St_Johns", "Pacific/Chatham", "America/Havana", "Pacific/Honolulu", "Africa/Casablanca"],
);

const fromArbitrary = fc.integer({ min: Date.UTC(2025, 11, 1), max: Date.UTC(2027, 5, 1) });

/** What is on the wall there, as the engine writes it. */
const isQuietOnTheWall = ({ from, to, days }: QuietHours, zone: string, at: number): boolean => {
  const shown = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  }).formatToParts(at);
  const read = (type: string): string => shown.find((part) => part.type === type)!.value;
  if (days.some((day) => day === read("weekday").toLowerCase())) return true;
  const clock = `${read("hour")}:${read("minute")}`;
  return from < to ? clock >= from && clock < to : clock >= from || clock < to;
};

describe("a text that advertises may be sent", () => {
  test("exactly when it is quiet nowhere where its reader may be, also where clocks are changed", () => {
    fc.assert(
      fc.property(
        ruleArbitrary,
        fc.uniqueArray(zoneArbitrary, { minLength: 1, maxLength: 3 }),
        fromArbitrary,
        fc.array(fc.nat({ max: 3 * DAY - 1 }), { minLength: 20, maxLength: 20 }),
        (rule, zones, from, offsets) => {
          const windows = windowsBetween(rule, zones, from, from + 3 * DAY);
          // Where something begins or ends is looked at closely.
          const edges = windows.flatMap((each) => [each.from, each.until - 1, each.until]);
          for (const at of [...offsets.map((offset) => from + offset), ...edges]) {
            if (at >= from + 3 * DAY) continue;
            const isOpen = windows.some((window) => window.from <= at && at < window.until);
            expect(isOpen).toBe(!zones.some((zone) => isQuietOnTheWall(rule, zone, at)));
          }
          windows.forEach((window, at) => {
            expect(window.from).toBeLessThan(window.until);
            if (at > 0) expect(windows[at - 1]!.until).toBeLessThan(window.from);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("an hour earlier by UTC once clocks go forward, and later once they go back", () => {
    const night: QuietHours = { from: "20:00", to: "08:00", days: [] };
    const opening = (at: number): number => windowsBetween(night, ["Europe/Paris"], at, at + DAY)[0]!.from;
    expect(opening(Date.UTC(2026, 2, 27, 22))).toBe(Date.UTC(2026, 2, 28, 7));
    expect(opening(Date.UTC(2026, 2, 28, 22))).toBe(Date.UTC(2026, 2, 29, 6));
    expect(opening(Date.UTC(2026, 9, 24, 22))).toBe(Date.UTC(2026, 9, 25, 7));
  });

  test("in its hours, or has had no more of them before its time is over", () => {
    const numbers = ["447700900123", "33639980001", "12025550101", "79991234567", "81312345678"] as Msisdn[];
    fc.assert(
      fc.property(
        ...[ruleArbitrary, fc.constantFrom(...numbers), fromArbitrary],
        ...[fc.integer({ min: MINUTE, max: 3 * DAY }), fc.nat({ max: 4 * DAY })],
        (rule, number, now, ttlMs, later) => {
          const held = holdFor(rule, { number }, now, ttlMs);
          if (held === null) return;
          expect(held.opensAt).toBeGreaterThanOrEqual(now);
          expect(held.expiresAt).toBe(held.opensAt + ttlMs);
          const leavesAt = mayLeaveAt(held.hold, now + later, held.expiresAt);
          if (leavesAt >= held.expiresAt) return;
          expect(leavesAt).toBeGreaterThanOrEqual(now + later);
          for (const zone of zonesOfNumber(number))
            expect(isQuietOnTheWall(rule, zone, leavesAt)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("in its hours also when it failed and is sent once more", () => {
    const conversation = aConversation([aParticipant(freshNumber()), aParticipant(freshNumber())]);
    const [a] = conversation.participants;
    const person = { ...a, number: "447700900123" as Msisdn };
    const failed = {
      ...{ state: "failed", conversationId: conversation.id, senderId: null, recipientId: a.id, text: "Ad" },
      isPromotional: true,
    } as const;
    const evening = Date.UTC(2026, 0, 15, 21);
    const again = repeated(
      failed as unknown as MessageRecord,
      { participants: [person, conversation.participants[1]], closedAt: null },
      {
        ...{ id: "again", now: evening, messageTtlMs: HOUR },
        quietHours: { from: "20:00", to: "08:00", days: [] },
      },
    );
    expect(again).toMatchObject({
      receivedAt: Date.UTC(2026, 0, 16, 8),
      expiresAt: Date.UTC(2026, 0, 16, 9),
      hold: { since: evening },
    });
  });

  test("never, where nobody can tell where its reader is, or hours are open together nowhere", () => {
    const night: QuietHours = { from: "20:00", to: "08:00", days: [] };
    expect(holdFor(night, { number: "88213000001" as Msisdn }, 0, HOUR)).toBeNull();
    const noon: QuietHours = { from: "13:00", to: "12:00", days: [] };
    expect(holdFor(noon, { number: "79991234567" as Msisdn }, 0, HOUR)).toBeNull();
    const inMoscow = { number: "79991234567" as Msisdn, timeZone: "Europe/Moscow" };
    expect(holdFor(noon, inMoscow, Date.UTC(2026, 0, 15), HOUR)?.opensAt).toBe(Date.UTC(2026, 0, 15, 9));
  });
});

describe("where a number may be", () => {
  test("is known for every country that has a calling code", () => {
    for (const country of getCountries())
      expect([
        country,
        zonesOfNumber(`${getCountryCallingCode(country)}0000000` as Msisdn).length > 0,
      ]).toEqual([country, true]);
    for (const zone of namedZones()) expect([zone, isTimeZone(zone)]).toEqual([zone, true]);
  });

  test("is as many places as share its code, and one where an area code tells", () => {
    expect(zonesOfNumber("447700900123" as Msisdn)).toEqual(["Europe/London"]);
    expect(zonesOfNumber("12425550123" as Msisdn)).toEqual(["America/Nassau"]);
    expect(zonesOfNumber("12025550123" as Msisdn)).toEqual(
      expect.arrayContaining(["Pacific/Honolulu", "America/New_York", "America/St_Johns"]),
    );
  });

  test("is told by names of places alone", () => {
    for (const no of ["", "x".repeat(80), "Mars/Olympus", "../etc", "Europe/Paris ", "+01:00"])
      expect(isTimeZone(no)).toBe(false);
  });
});

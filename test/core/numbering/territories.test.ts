import { describe, expect, test } from "vitest";
import { planCountriesOf } from "#core/domain/numbering/territories.ts";
import { KNOWN_PLANS } from "./known-plans.ts";

const callingCodes = new Map(KNOWN_PLANS.map(({ country, callingCode }) => [country, callingCode]));

describe("the countries whose virtual numbers suit somebody", () => {
  test("begin with the person's own, and no country takes the numbers of its territories", () => {
    for (const { country } of KNOWN_PLANS) {
      const [own, ...others] = planCountriesOf(country);
      expect(own).toBe(country);
      for (const other of others) expect(planCountriesOf(other)).not.toContain(country);
    }
  });

  test("share the territory's calling code first; those of France beyond Europe come down to France's own", () => {
    for (const { country, callingCode } of KNOWN_PLANS) {
      const others = planCountriesOf(country).slice(1);
      for (const other of others)
        if (other !== "FR") expect([country, callingCodes.get(other)]).toEqual([country, callingCode]);
    }
  });

  test.each([
    ["JE", ["JE", "GB"]],
    ["GG", ["GG", "GB"]],
    ["IM", ["IM", "GB"]],
    ["PR", ["PR", "US"]],
    ["VI", ["VI", "US"]],
    ["GU", ["GU", "US"]],
    ["AS", ["AS", "US"]],
    ["MP", ["MP", "US"]],
    ["AX", ["AX", "FI"]],
    ["SJ", ["SJ", "NO"]],
    ["CX", ["CX", "AU"]],
    ["CC", ["CC", "AU"]],
    ["VA", ["VA", "IT"]],
    ["EH", ["EH", "MA"]],
    ["BQ", ["BQ", "CW"]],
    ["TA", ["TA", "SH"]],
    ["YT", ["YT", "RE", "FR"]],
    ["MF", ["MF", "GP", "FR"]],
    ["MQ", ["MQ", "FR"]],
  ])("of the territory %s are %j", (territory, countries) => {
    expect(planCountriesOf(territory)).toEqual(countries);
  });

  test.each(["CA", "JM", "BS", "BM", "KZ", "RU", "CW", "GI", "HK", "XK", "SM", "GB", "US", "ZZ"])(
    "of the country %s are its own alone",
    (country) => {
      expect(planCountriesOf(country)).toEqual([country]);
    },
  );
});

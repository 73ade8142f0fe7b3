import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RULE_GROUPS, type RuleField } from "#apps/console/rules/catalogue.ts";
import {
  dayOf,
  type FormFields,
  noneOf,
  rulesIn,
  type ShownRules,
  saidAt,
  textOf,
} from "#apps/console/rules/form.ts";
import { de } from "#apps/console/words/de.ts";
import { en } from "#apps/console/words/en.ts";
import { WEEKDAYS } from "#core/domain/quiet-hours/quiet-hours.ts";

const FIELDS: readonly RuleField[] = RULE_GROUPS.flatMap(({ fields }) => fields);

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly type?: string | readonly string[];
  readonly $ref?: string;
}

const { schemas } = JSON.parse(readFileSync("docs/openapi/v1.json", "utf8")).components as {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
};

/** Where the API takes something, as far as the form goes into it. */
const placesIn = (schema: JsonSchema, path = ""): readonly (readonly [string, JsonSchema])[] => {
  const some = schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
  const one = some.$ref === undefined ? some : schemas[some.$ref.split("/").at(-1)!]!;
  return one.properties
    ? Object.entries(one.properties).flatMap(([name, each]) =>
        placesIn(each, path === "" ? name : `${path}.${name}`),
      )
    : [[path, one]];
};

const PLACES = placesIn(schemas.ServiceRules!);

/** What a form is like in which nobody has changed anything. */
const filled = (rules: ShownRules): FormFields => {
  const form: Record<string, string> = {};
  for (const { rule } of RULE_GROUPS)
    if (rule !== null) form[rule] = rules[rule] === undefined ? "" : rules[rule] === null ? "none" : "own";
  for (const field of FIELDS) {
    const said = saidAt(rules, field.path);
    if (field.as === "days") {
      for (const day of (said ?? []) as readonly string[]) form[dayOf(field.path, day)] = day;
    } else if (said === null && "mayBeNone" in field && field.mayBeNone) form[noneOf(field.path)] = "none";
    else if (field.as === "switch") form[field.path] = said === undefined ? "" : said ? "yes" : "no";
    else form[field.path] = said === undefined || said === null ? "" : String(said);
  }
  for (const [language, own] of Object.entries((rules.texts ?? {}) as Record<string, Record<string, string>>))
    for (const [kind, text] of Object.entries(own)) form[textOf(language, kind)] = text;
  return form;
};

describe("the form of a service's rules", () => {
  test("has each rule that the API takes, with the same choices, and no other", () => {
    const places = PLACES.filter(([path]) => !path.startsWith("texts"));
    expect(FIELDS.map(({ path }) => path).toSorted()).toEqual(places.map(([path]) => path).toSorted());
    for (const [path, { enum: options }] of places) {
      const field = FIELDS.find((each) => each.path === path)!;
      if (options) expect(field).toMatchObject({ as: "choice", options: [...options] });
    }
  });

  test("says again what was said when nobody has changed anything", () => {
    const saidOf = (field: RuleField): fc.Arbitrary<unknown> => {
      if (field.as === "days") return fc.subarray([...WEEKDAYS]);
      if (field.as === "switch") return fc.boolean();
      if (field.as === "choice") return fc.constantFrom(...field.options);
      const some: fc.Arbitrary<unknown> =
        field.as === "number" ? fc.nat() : fc.constantFrom("2h", "08:00", "x");
      return "mayBeNone" in field && field.mayBeNone ? fc.option(some, { nil: null }) : some;
    };
    const groups = RULE_GROUPS.map(({ rule, fields }) => {
      const parts = Object.fromEntries(
        fields.map((field) => [field.path.slice(field.path.indexOf(".") + 1), saidOf(field)]),
      );
      const days = fields.flatMap(({ path, as }) => (as === "days" ? [path.split(".")[1]!] : []));
      const said = fc.record(parts, { requiredKeys: days });
      return rule === null
        ? said
        : fc.oneof(
            fc.constant({}),
            fc.constant({ [rule]: null }),
            said.map((own) => ({ [rule]: own })),
          );
    });
    const texts = fc.constantFrom({}, { texts: { de: { stop: "Ende" }, en: { help: "Ask us" } } });
    fc.assert(
      fc.property(fc.tuple(texts, ...groups), fc.boolean(), (said, isNewer) => {
        const rules: ShownRules = Object.assign({}, ...said, isNewer && { somethingNew: 1 });
        expect(rulesIn(filled(rules), rules)).toEqual(rules);
      }),
    );
  });

  test("passes on what is no number, for the API to refuse", () => {
    const form = { limits: "own", "limits.perMinute": "many", "limits.perHour": "30" };
    expect(rulesIn(form, {})).toEqual({ limits: { perMinute: "many", perHour: 30 } });
  });

  test.each([
    ["English", en],
    ["German", de],
  ])("has %s words for each choice", (_, words) => {
    const options = FIELDS.flatMap((field) => (field.as === "choice" ? field.options : []));
    expect(options.filter((each) => words.rules.options[each] === undefined)).toEqual([]);
  });
});

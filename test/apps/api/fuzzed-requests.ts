import fc from "fast-check";
import { NDJSON } from "#apps/api/body-lines.ts";
import { openApiDocument } from "#apps/api/openapi/document.ts";
import { CALLS } from "./calls.ts";
import { type Json, type JsonObject, objectAt, operationsOf, resolve } from "./openapi/json-walk.ts";

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly raw: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument(CALLS))) as Json;

const JSON_TYPE = "application/json";

const NUMBERS = [
  "+447700900001",
  "+447700900002",
  "+447700900003",
  "+12015550123",
  "447700900004",
  "+44 7700 900005",
];

/** Values as a schema wants them; `ids`: those of things that exist, so that calls reach what lies behind the checks. */
const valueFor = (schema: Json | undefined, ids: readonly string[]): fc.Arbitrary<unknown> => {
  const at = resolve(document, schema);
  if (Array.isArray(at.anyOf)) return fc.oneof(...at.anyOf.map((each) => valueFor(each, ids)));
  if (at.const !== undefined) return fc.constant(at.const);
  if (Array.isArray(at.enum)) return fc.constantFrom(...at.enum);
  switch ([at.type].flat()[0]) {
    case "object":
      return objectOf(at, ids);
    case "array":
      return Array.isArray(at.prefixItems)
        ? fc.tuple(...at.prefixItems.map((each) => valueFor(each, ids)))
        : fc.array(valueFor(at.items, ids), { maxLength: 6 });
    case "integer":
      return fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer());
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return textOf(at, ids);
  }
};

const textOf = ({ pattern, examples }: JsonObject, ids: readonly string[]): fc.Arbitrary<unknown> => {
  const shown = Array.isArray(examples) && examples.length > 0 ? [fc.constantFrom(...examples)] : [];
  const known = ids.length > 0 ? [fc.constantFrom(...ids, "all")] : [];
  const number = String(pattern).includes("1-9") ? [fc.constantFrom(...NUMBERS)] : [];
  return fc.oneof(...shown, ...known, ...number, fc.string({ unit: "binary", maxLength: 40 }));
};

const objectOf = (schema: JsonObject, ids: readonly string[]): fc.Arbitrary<unknown> => {
  const properties = Object.entries(objectAt(schema, "properties"));
  if (properties.length === 0)
    return fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 20 }), { maxKeys: 4 });
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return fc.record(Object.fromEntries(properties.map(([name, each]) => [name, valueFor(each, ids)])), {
    requiredKeys: required,
  });
};

/** Mostly as the schema says, sometimes with something else in the place of a field, sometimes anything at all. */
const bodyOf = (schema: Json | undefined, ids: readonly string[]): fc.Arbitrary<string> => {
  const good = valueFor(schema, ids);
  const bad = fc
    .tuple(good, fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 3 }), fc.nat())
    .map(([value, name, odd, at]) => {
      const fields = Object.keys(value as object);
      const key = fields.length === 0 || at % 4 === 0 ? name : fields[at % fields.length]!;
      return { ...(value as object), [key]: odd };
    });
  return fc.oneof(
    { weight: 6, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: bad.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
};

/** Lines of what a list has, with some that are none. */
const linesOf = (list: Json | undefined, ids: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(bodyOf(resolve(document, list).items, ids), { maxLength: 6 })
    .map((lines) => lines.map((line) => line.replaceAll("\n", " ")).join("\n"));

/** A few, so that requests repeat, and contradict, each other. */
const KEYS = ["a", '"b"', "c"];

const headersOf = (operation: JsonObject, isInLines: boolean): fc.Arbitrary<Record<string, string>> => {
  const takesKey = parametersOf(operation, "header").some(({ name }) => name === "Idempotency-Key");
  const key = fc.oneof(fc.constantFrom(...KEYS), fc.uuid());
  return fc.record({ key }, { requiredKeys: [] }).map((given) => ({
    ...(takesKey && given.key !== undefined && { "idempotency-key": given.key }),
    ...(isInLines && { "content-type": NDJSON }),
  }));
};

const parametersOf = (operation: JsonObject, place: string): readonly JsonObject[] =>
  (Array.isArray(operation.parameters) ? operation.parameters : [])
    .map((each) => objectAt(each))
    .filter((each) => each.in === place);

const wellFormed = (value: unknown): string => encodeURIComponent(String(value).toWellFormed());

/** Requests of every call, by what is published of it. */
export const fuzzedRequest = (ids: readonly string[]): fc.Arbitrary<FuzzedRequest> =>
  fc.oneof(
    ...operationsOf(document).map(({ call, operation }) => {
      const [method, template] = call.split(" ") as [string, string];
      const path = fc
        .tuple(
          ...parametersOf(operation, "path").map((each) =>
            fc.tuple(fc.constant(String(each.name)), valueFor(each.schema, ids)),
          ),
        )
        .map((values) =>
          values.reduce(
            (at, [name, value]) => at.replace(`{${name}}`, () => wellFormed(value) || "x"),
            template,
          ),
        );
      const query = fc
        .record(
          Object.fromEntries(
            parametersOf(operation, "query").map((each) => [String(each.name), valueFor(each.schema, ids)]),
          ),
          { requiredKeys: [] },
        )
        .map((values) =>
          Object.entries(values)
            .map(([name, value]) => `${name}=${wellFormed(value)}`)
            .join("&"),
        );
      const { [JSON_TYPE]: content, [NDJSON]: lines } = objectAt(operation, "requestBody", "content");
      const { schema } = objectAt(content);
      const raw = schema === undefined ? fc.constant(undefined) : bodyOf(schema, ids);
      const whole = fc.record({ raw, headers: headersOf(operation, false) });
      const inLines = fc.record({ raw: linesOf(schema, ids), headers: headersOf(operation, true) });
      const where = fc.tuple(path, query).map(([at, asked]) => (asked === "" ? at : `${at}?${asked}`));
      return fc
        .tuple(where, lines === undefined ? whole : fc.oneof(whole, inLines))
        .map(([at, said]) => ({ method, path: at, ...said }));
    }),
  );

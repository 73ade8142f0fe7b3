import { isObject, type Json, type JsonObject, objectAt, operationsOf, resolve } from "./json-walk.ts";

/** What a client of `before` may rely on, and `after` no longer gives. */
export const removals = (before: Json, after: Json): readonly string[] => {
  const now = new Map(operationsOf(after).map(({ call, operation }) => [call, operation]));
  const calls = operationsOf(before).flatMap(({ call, operation }) => {
    const successor = now.get(call);
    if (!successor) return [`${call} is gone`];
    return [
      ...(operation.operationId === successor.operationId ? [] : [`${call} has another operationId`]),
      ...parametersGone(call, operation, successor),
      ...schemaGone(
        { before, after, from: "client", seen: new Set() },
        `${call} body`,
        bodyOf(operation),
        bodyOf(successor),
      ),
      ...answersGone(before, after, call, operation, successor),
    ];
  });
  const events = Object.keys(objectAt(before, "webhooks"))
    .filter((event) => !(event in objectAt(after, "webhooks")))
    .map((event) => `the event ${event} is gone`);
  return [...calls, ...events];
};

const JSON_TYPE = "application/json";
const bodyOf = (operation: JsonObject): Json | undefined =>
  objectAt(operation, "requestBody", "content", JSON_TYPE).schema;

const parametersOf = (operation: JsonObject): readonly JsonObject[] =>
  (Array.isArray(operation.parameters) ? operation.parameters : []).filter(isObject);

const keyOf = (parameter: JsonObject): string => `${parameter.in} ${parameter.name}`;

const parametersGone = (call: string, old: JsonObject, successor: JsonObject): readonly string[] => {
  const before = new Set(parametersOf(old).map(keyOf));
  const now = new Set(parametersOf(successor).map(keyOf));
  return [
    ...[...before].filter((key) => !now.has(key)).map((key) => `${call}: ${key} is gone`),
    ...parametersOf(successor)
      .filter((each) => each.required === true && !before.has(keyOf(each)))
      .map((each) => `${call}: ${keyOf(each)} has become necessary`),
  ];
};

const answersGone = (
  before: Json,
  after: Json,
  call: string,
  old: JsonObject,
  successor: JsonObject,
): readonly string[] =>
  Object.entries(objectAt(old, "responses"))
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([status, response]) => {
      const now = objectAt(successor, "responses")[status];
      if (now === undefined) return [`${call}: ${status} is gone`];
      const schemaOf = (each: Json | undefined) => objectAt(each, "content", JSON_TYPE).schema;
      const context = { before, after, from: "server", seen: new Set<string>() } as const;
      return schemaGone(context, `${call} ${status}`, schemaOf(response), schemaOf(now));
    });

interface Comparison {
  readonly before: Json;
  readonly after: Json;
  /** Who makes what the schema describes. */
  readonly from: "client" | "server";
  readonly seen: Set<string>;
}

const namesIn = (list: Json | undefined): readonly string[] => (Array.isArray(list) ? list.map(String) : []);

const schemaGone = (
  context: Comparison,
  at: string,
  oldSchema: Json | undefined,
  newSchema: Json | undefined,
): readonly string[] => {
  if (!isObject(oldSchema)) return [];
  if (!isObject(newSchema)) return [`${at} is gone`];
  const reference = typeof oldSchema.$ref === "string" ? oldSchema.$ref : null;
  if (reference !== null) {
    if (context.seen.has(reference)) return [];
    context.seen.add(reference);
  }
  const old = resolve(context.before, oldSchema);
  const now = resolve(context.after, newSchema);
  const properties = objectAt(old, "properties");
  const required = new Set(namesIn(old.required));
  const values = new Set(namesIn(now.enum));
  return [
    ...Object.entries(properties).flatMap(([name, each]) => {
      const successor = objectAt(now, "properties")[name];
      return successor === undefined
        ? [`${at}.${name} is gone`]
        : schemaGone(context, `${at}.${name}`, each, successor);
    }),
    ...(context.from === "client"
      ? namesIn(now.required)
          .filter((name) => !required.has(name))
          .map((name) => `${at}.${name} has become necessary`)
      : [...required]
          .filter((name) => !namesIn(now.required).includes(name) && name in objectAt(now, "properties"))
          .map((name) => `${at}.${name} may be missing`)),
    ...(now.enum === undefined && old.enum === undefined
      ? []
      : namesIn(old.enum)
          .filter((value) => !values.has(value))
          .map((value) => `${at} is ${value} no more`)),
    ...schemaGone(context, `${at}[]`, old.items, now.items),
    ...(old.type !== undefined && now.type !== undefined && String(old.type) !== String(now.type)
      ? [`${at} is of another type`]
      : []),
  ];
};

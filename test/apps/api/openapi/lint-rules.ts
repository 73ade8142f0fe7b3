import { PROBLEM_NAMES } from "#apps/api/problem-kinds.ts";
import { isObject, type Json, type JsonObject, objectAt, operationsOf, resolve } from "./json-walk.ts";

type Rule = (document: Json) => readonly string[];

const ofOperations =
  (check: (operation: JsonObject, document: Json) => string | null): Rule =>
  (document) =>
    operationsOf(document).flatMap(({ call, operation }) => {
      const complaint = check(operation, document);
      return complaint === null ? [] : [`${call} ${complaint}`];
    });

const contentsOf = (operation: JsonObject, statuses: RegExp): readonly JsonObject[] =>
  Object.entries(objectAt(operation, "responses"))
    .filter(([status]) => statuses.test(status))
    .flatMap(([, response]) => Object.values(objectAt(response, "content")).filter(isObject));

const operationIds = (document: Json) =>
  operationsOf(document).map(({ operation }) => String(operation.operationId));

const isStrict = (document: Json, schema: Json | undefined): boolean => {
  const at = resolve(document, schema);
  if (at.items !== undefined) return isStrict(document, at.items);
  if (Array.isArray(at.anyOf)) return at.anyOf.every((each) => isStrict(document, each));
  return at.additionalProperties === false;
};

/** What every description of a call has to have, beyond what OpenAPI itself demands. */
export const LINT_RULES: Readonly<Record<string, Rule>> = {
  "every call has an operationId of a verb and a noun": ofOperations(({ operationId }) =>
    /^[a-z]+([A-Z][a-z]+)+$/.test(String(operationId)) ? null : "has no name",
  ),
  "no two calls have the same operationId": (document) => {
    const ids = operationIds(document);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
  },
  "every call has one tag, which is described": ofOperations(({ tags }, document) => {
    const known = objectAt(document).tags;
    const names = Array.isArray(known) ? known.map((tag) => objectAt(tag).name) : [];
    return Array.isArray(tags) && tags.length === 1 && names.includes(tags[0]!) ? null : "has no known tag";
  }),
  "every summary is one sentence without a full stop": ofOperations(({ summary }) =>
    typeof summary === "string" && /^[A-Z].{10,110}[^.]$/.test(summary) ? null : "has no summary",
  ),
  "every call needs a key": ofOperations(({ security }) =>
    JSON.stringify(security) === '[{"apiKey":[]}]' ? null : "needs no key",
  ),
  "every call answers in one way at least when all is well": ofOperations(({ responses }) =>
    Object.keys(objectAt(responses)).some((status) => status.startsWith("2")) ? null : "has no answer",
  ),
  "every answer with content has an example": ofOperations((operation) =>
    contentsOf(operation, /^2/).every(({ example }) => example !== undefined) ? null : "has no example",
  ),
  "every body has an example, and refuses unknown fields": ofOperations(({ requestBody }, document) => {
    if (requestBody === undefined) return null;
    return Object.values(objectAt(requestBody, "content"))
      .map((content) => objectAt(content))
      .every(({ example, schema }) => example !== undefined && isStrict(document, schema))
      ? null
      : "takes anything, or shows nothing";
  }),
  "every parameter is described": ofOperations(({ parameters }) => {
    const bad = (Array.isArray(parameters) ? parameters : [])
      .map((each) => objectAt(each))
      .filter(({ description, schema }) => !description && !objectAt(schema).enum);
    return bad.length === 0 ? null : `does not describe ${bad.map(({ name }) => name).join(", ")}`;
  }),
  "every refusal names its problems, and all problems are known": ofOperations((operation, document) => {
    const refusals = Object.entries(objectAt(operation, "responses")).filter(([status]) =>
      /^[45]/.test(status),
    );
    const named = refusals.flatMap(([, response]) => objectAt(response)["x-problems"] as readonly string[]);
    const examples = Object.keys(objectAt(document, "components", "examples"));
    const isKnown = (name: string) =>
      (PROBLEM_NAMES as readonly string[]).includes(name) && examples.includes(name);
    return named.length >= 5 && named.every(isKnown) ? null : "has a refusal without a name";
  }),
};

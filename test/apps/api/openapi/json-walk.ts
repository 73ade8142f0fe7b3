/** Anything that JSON may be. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at a path; an empty one where there is none. */
export const objectAt = (value: Json | undefined, ...path: readonly string[]): JsonObject => {
  let at: Json | undefined = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
};

const METHODS = new Set(["get", "post", "put", "patch", "delete"]);

export interface Operation {
  /** Such as `POST /v1/conversations`. */
  readonly call: string;
  readonly operation: JsonObject;
}

export const operationsOf = (document: Json): readonly Operation[] =>
  Object.entries(objectAt(document, "paths")).flatMap(([path, item]) =>
    Object.entries(objectAt(item))
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({
        call: `${method.toUpperCase()} ${path}`,
        operation: objectAt(operation),
      })),
  );

/** Follows `$ref` within the document. */
export const resolve = (document: Json, schema: Json | undefined): JsonObject => {
  const at = objectAt(schema);
  return typeof at.$ref === "string" ? objectAt(document, ...at.$ref.split("/").slice(1)) : at;
};

import type { Description, Schema } from "./description.ts";

/** One line of a table of fields. */
export interface Field {
  readonly name: string;
  /** In words, such as `text or null`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  readonly fields: readonly Field[];
}

const DEPTH_MAX = 5;

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
  null: "null",
};

/** The fields of an object, or of what a list holds. */
export const fieldsOf = (document: Description, schema: Schema | undefined, depth = 0): readonly Field[] => {
  const whole = bodyOf(document, schema);
  if (!whole.properties || depth > DEPTH_MAX) return [];
  const required = new Set(whole.required ?? []);
  return Object.entries(whole.properties).map(([name, each]) => ({
    name,
    type: typeOf(document, each),
    isRequired: required.has(name),
    description: wordsOf(document, each),
    fields: fieldsOf(document, each, depth + 1),
  }));
};

const follow = ({ components }: Description, schema: Schema | undefined): Schema => {
  if (!schema) return {};
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (components.schemas[name] ?? {});
};

/** Past null and lists, to what has fields. */
const bodyOf = (document: Description, schema: Schema | undefined): Schema => {
  const found = follow(document, schema);
  const inside = [
    ...(found.anyOf ?? []),
    ...(found.prefixItems?.slice(0, 1) ?? []),
    ...(found.items ? [found.items] : []),
  ];
  if (found.properties || inside.length === 0) return found;
  return inside.map((each) => bodyOf(document, each)).find(({ properties }) => properties) ?? found;
};

export const typeOf = (document: Description, schema: Schema): string => {
  const found = follow(document, schema);
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.enum) return found.enum.map(String).join(" | ");
  if (found.anyOf) return [...new Set(found.anyOf.map((each) => typeOf(document, each)))].join(" or ");
  if (found.prefixItems) return `list of ${found.prefixItems.length}`;
  const types = [found.type ?? "object"].flat();
  return types.map((type) => WORDS[type] ?? type).join(" or ");
};

const wordsOf = (document: Description, schema: Schema): string => {
  const found = follow(document, schema);
  const inside = found.anyOf?.map((each) => follow(document, each)) ?? [];
  const about = [schema, found, ...inside].find(({ description }) => description)?.description ?? "";
  const limits = [found, ...inside].flatMap(({ default: usual, minimum, maximum, maxLength }) => [
    ...(minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? [`from ${minimum} to ${maximum}`]
      : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(usual === undefined ? [] : [`absent: ${JSON.stringify(usual)}`]),
  ]);
  return [about, ...limits].filter(Boolean).join("; ");
};

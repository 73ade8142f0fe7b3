import type { oas31 } from "zod-openapi";

type Schema = oas31.SchemaObject | oas31.ReferenceObject;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** The types of the client, as the document describes what is asked and answered. */
export const typesFromOpenApi = (document: oas31.OpenAPIObject): string => {
  const schemas = Object.entries(document.components?.schemas ?? {});
  const problems = (document as { "x-problems"?: readonly { name: string }[] })["x-problems"] ?? [];
  return `// Generated from docs/openapi/v1.json by \`node test/apps/api/openapi/write-release.ts\`.

${schemas.map(([name, schema]) => declaration(name, schema)).join("\n")}
/** Names of problems: what follows \`urn:sms-proxy:\` in their types. */
export type ProblemName = ${problems.map(({ name }) => JSON.stringify(name)).join(" | ")};

/** Every call, by its operationId: what it takes and what it answers. */
export interface Operations {
${operationsOf(document).join("\n")}
}

/** What a webhook brings, by type. */
export interface WebhookBodies {
${webhooksOf(document).join("\n")}
}
`;
};

const declaration = (name: string, schema: Schema): string => {
  const type = typeOf(schema);
  return `${comment(schema)}export ${type.startsWith("{") ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
};

const operationsOf = ({ paths = {} }: oas31.OpenAPIObject): readonly string[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method];
      if (!operation) return [];
      const parameters = (operation.parameters ?? []) as readonly oas31.ParameterObject[];
      return `${comment({ description: operation.summary })}${operation.operationId}: {
        method: "${method.toUpperCase()}"; path: "${path}";
        params: ${parametersOf(parameters, "path")}; query: ${parametersOf(parameters, "query")};
        body: ${contentType((operation.requestBody as oas31.RequestBodyObject | undefined)?.content)}; answer: ${answerOf(operation)};
      };`;
    }),
  );

const webhooksOf = ({ webhooks = {} }: oas31.OpenAPIObject): readonly string[] =>
  Object.entries(webhooks).map(([name, item]) => {
    const post = (item as oas31.PathItemObject).post ?? {};
    const { content } = post.requestBody as oas31.RequestBodyObject;
    return `${comment({ description: post.summary })}${JSON.stringify(name)}: ${contentType(content)};`;
  });

const answerOf = ({ responses = {} }: oas31.OperationObject): string => {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, response]) => contentType((response as oas31.ResponseObject).content));
  return [...new Set(types)].join(" | ");
};

const contentType = (content: oas31.ContentObject | undefined): string => {
  const schema = content?.["application/json"]?.schema;
  return schema === undefined ? "null" : typeOf(schema);
};

const parametersOf = (parameters: readonly oas31.ParameterObject[], place: string): string =>
  objectOf(
    parameters
      .filter((each) => each.in === place)
      .map(({ name, required = false, schema = {}, description }) => ({
        name,
        isRequired: required,
        schema: { ...(schema as oas31.SchemaObject), ...(description !== undefined && { description }) },
      })),
  );

const typeOf = (schema: Schema | boolean): string => {
  if (typeof schema === "boolean") return schema ? "unknown" : "never";
  if ("$ref" in schema && schema.$ref !== undefined) return schema.$ref.split("/").at(-1)!;
  const { anyOf, oneOf, enum: values, type } = schema as oas31.SchemaObject;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (values)
    return union([...values.map((value) => JSON.stringify(value)), ...(isOpen(schema) ? [OPEN] : [])]);
  const alternatives = anyOf ?? oneOf;
  if (alternatives) return union(alternatives.map(typeOf));
  if (Array.isArray(type)) return union(type.map((each) => typeOf({ ...schema, type: each } as Schema)));
  switch (type) {
    case "array":
      return arrayOf(schema as oas31.SchemaObject);
    case "object":
      return recordOf(schema as oas31.SchemaObject);
    case "integer":
      return "number";
    case "string":
    case "number":
    case "boolean":
    case "null":
      return type;
    case undefined:
      return "unknown";
    default:
      throw new Error(`A schema of type ${type} has no type here yet`);
  }
};

/** Lets an editor offer the values that are known, and takes any. */
const OPEN = "(string & {})";
const isOpen = ({ description = "" }: { readonly description?: string }): boolean =>
  /^More .* may come/.test(description);

const union = (types: readonly string[]): string => [...new Set(types)].join(" | ");

const arrayOf = ({ prefixItems, items, minItems, maxItems }: oas31.SchemaObject): string => {
  if (prefixItems) return `[${prefixItems.map((each) => typeOf(each as Schema)).join(", ")}]`;
  const item = typeOf((items ?? true) as Schema | boolean);
  return minItems !== undefined && minItems === maxItems && minItems < 5
    ? `[${Array(minItems).fill(item).join(", ")}]`
    : `(${item})[]`;
};

const recordOf = ({
  properties = {},
  required = [],
  additionalProperties = false,
}: oas31.SchemaObject): string => {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    isRequired: required.includes(name),
    schema: schema as Schema,
  }));
  if (fields.length > 0 || additionalProperties === false) return objectOf(fields);
  return `{ [name: string]: ${typeOf(additionalProperties as Schema)} }`;
};

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: Schema;
}

const objectOf = (fields: readonly Field[]): string => {
  if (fields.length === 0) return "Record<never, never>";
  const lines = fields.map(({ name, isRequired, schema }) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${comment(schema)}${key}${isRequired ? ": " : "?: "}${typeOf(schema)}${isRequired ? "" : " | undefined"};`;
  });
  return `{\n${lines.join("\n")}\n}`;
};

const comment = (schema: { readonly description?: string | undefined }): string =>
  "description" in schema && schema.description
    ? `/** ${schema.description.replaceAll("*/", "*\\/")} */\n`
    : "";

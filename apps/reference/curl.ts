import type { Entry, Parameter } from "./description.ts";

const exampleOf = ({ name, schema }: Parameter): string => String(schema.examples?.[0] ?? `{${name}}`);

/** In single quotes, as a shell wants it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A call as a command that can be pasted into a shell. */
export const curlOf = ({ method, name, operation }: Entry, origin: string, key: string): string => {
  const parameters = operation.parameters ?? [];
  const path = parameters
    .filter((each) => each.in === "path")
    .reduce((at, each) => at.replace(`{${each.name}}`, encodeURIComponent(exampleOf(each))), name);
  const query = parameters
    .filter((each) => each.in === "query" && each.required)
    .map((each) => `${each.name}=${encodeURIComponent(exampleOf(each))}`)
    .join("&");
  const body = operation.requestBody?.content["application/json"]?.example;
  const isRepeatable = parameters.some((each) => each.name === "Idempotency-Key");
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quoted(`${origin}${path}${query && `?${query}`}`)}`,
    `-H ${quoted(`Authorization: Bearer ${key || "YOUR_KEY"}`)}`,
    ...(isRepeatable && method === "POST" ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(body === undefined
      ? []
      : [`-H ${quoted("Content-Type: application/json")}`, `-d ${quoted(JSON.stringify(body, null, 2))}`]),
  ];
  return lines.join(" \\\n  ");
};

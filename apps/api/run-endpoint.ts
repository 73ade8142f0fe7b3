import { hash } from "node:crypto";
import type { Context } from "koa";
import { type AuditingPorts, auditing } from "#apps/api/audit/audited.ts";
import type { Answer } from "./answers.ts";
import { readJson } from "./body.ts";
import { readLines } from "./body-lines.ts";
import { concurrencyLimit } from "./concurrency.ts";
import type { ApiPorts } from "./context.ts";
import { type Endpoint, isRepeatable } from "./endpoint.ts";
import { namesTag } from "./etags.ts";
import { always, repeatable } from "./idempotency.ts";
import { invalid, problem } from "./problems.ts";
import { ONE_SERVICE } from "./refusals.ts";
import { apiClientOf, isFromBrowser } from "./require-api-key.ts";
import { validate } from "./validation.ts";

/** Takes a request to an endpoint: the key's scope, the query, the body, and whether it has been carried out before. */
export const endpointRunner = (
  { storage, clock, ids, journal }: ApiPorts,
  record: AuditingPorts["record"],
) => {
  const repeat = repeatable({ idempotency: storage.idempotency, clock, ids, journal });
  const limited = concurrencyLimit();
  const handle = auditing({ record, audit: storage.audit, clock });

  return async (endpoint: Endpoint, context: Context): Promise<Answer> => {
    const client = apiClientOf(context);
    if (endpoint.scope === "admin" && client.scope !== "admin") return FORBIDDEN;
    if (endpoint.reach === "installation" && client.service !== null) return ONE_SERVICE;
    const query = validate(endpoint.query, { ...context.query });
    if (!query.ok) return invalid(...query.error);
    const params = context.params as Readonly<Record<string, string>>;
    const { headers } = context.req;
    const checked = {
      ...{ params, query: query.value, headers, ifMatch: headers["if-match"], client },
      via: isFromBrowser(context) ? ("console" as const) : ("api" as const),
      requestId: String(context.state.requestId),
    };
    if (endpoint.method === "GET" || endpoint.method === "DELETE")
      return withLinks(
        endpoint,
        context,
        await limited(client.name, () =>
          handle(endpoint, { ...checked, body: {}, ids, mayTakeEffect: always }),
        ),
      );
    const key = isRepeatable(endpoint) ? context.req.headers["idempotency-key"]?.toString() : undefined;
    const scope = `${client.name} ${client.service ?? ""} ${context.method} ${context.path}`;
    if (endpoint.takesLines) {
      if (key === undefined) return NO_KEY;
      const lines = await readLines(context.req, context.querystring);
      if (!lines.ok) return lines.error;
      const { fingerprint, isCut } = lines.value;
      return limited(client.name, () =>
        repeat({ key, scope, fingerprint }, (own, mayTakeEffect) =>
          handle(endpoint, { ...checked, body: {}, lines: lines.value, ids: own, mayTakeEffect }),
        ),
      ).catch((error: unknown) => {
        if (isCut()) return CUT;
        throw error;
      });
    }
    const json = await readJson(context.req);
    if (!json.ok) return json.error;
    const body = validate(endpoint.body, json.value.value);
    if (!body.ok) return invalid(...body.error);
    return limited(client.name, () =>
      repeat({ key, scope, fingerprint: hash("sha256", json.value.raw, "hex") }, (own, mayTakeEffect) =>
        handle(endpoint, { ...checked, body: body.value, ids: own, mayTakeEffect }),
      ),
    );
  };
};

/** What an answer says of itself: where its next page is, and that the client has it already. */
const withLinks = (endpoint: Endpoint, context: Context, answer: Answer): Answer => {
  const { ETag: tag } = answer.headers ?? {};
  if (tag !== undefined && namesTag(context.get("if-none-match"), tag))
    return { status: 304, body: undefined, headers: { ETag: tag } };
  const next = (answer.body as { readonly next?: string | null } | undefined)?.next;
  if (answer.status !== 200 || typeof next !== "string") return answer;
  const query = new URLSearchParams(context.querystring);
  query.set(endpoint.live === undefined ? "cursor" : "after", next);
  // RFC 8288.
  return { ...answer, headers: { ...answer.headers, Link: `<${context.path}?${query}>; rel="next"` } };
};

const CUT = problem("malformed-json", "The body ended before it was complete");
const NO_KEY = invalid({ path: "Idempotency-Key", message: "is missing" });
const FORBIDDEN = problem("forbidden", "This API key may only read");

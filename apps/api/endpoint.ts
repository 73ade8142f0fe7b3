import { z } from "zod";
import type { Ids } from "#core/ports/ids.ts";
import type { Answer } from "./answers.ts";

/** What an endpoint is given: everything checked. */
export interface ApiRequest<Query, Body> {
  /** From the path, as written: of those that the path names, none is missing. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** For whatever the request makes: a repetition of the request gets the same ones. */
  readonly ids: Ids;
}

/** One call of the API, as data: what it takes, and what it does. */
export interface EndpointOf<Query, Body> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** One sentence for people. */
  readonly summary: string;
  /** What a key must be good for. */
  readonly scope: "read" | "admin";
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly handle: (request: ApiRequest<Query, Body>) => Promise<Answer>;
}

export interface Endpoint extends Omit<EndpointOf<unknown, unknown>, "query" | "body"> {
  readonly query: z.ZodType;
  readonly body: z.ZodType;
}

/** Nothing is taken but what is named. */
const NOTHING = z.strictObject({});

export const endpoint = <Query = object, Body = object>(definition: EndpointOf<Query, Body>): Endpoint => ({
  ...definition,
  query: definition.query ?? NOTHING,
  body: definition.body ?? NOTHING,
  // Both are what their schemas give, which the general type no longer says.
  handle: definition.handle as Endpoint["handle"],
});

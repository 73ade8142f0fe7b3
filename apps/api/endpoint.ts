import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import type { Ids } from "#core/ports/ids.ts";
import type { MayTakeEffect } from "#core/use-cases/carry-out-once.ts";
import type { Answer } from "./answers.ts";
import type { ApiClient } from "./authentication.ts";
import type { BodyLines } from "./body-lines.ts";
import type { ProblemName } from "./problem-kinds.ts";

/** What an endpoint is given: everything checked. */
export interface ApiRequest<Query, Body> {
  /** From the path, as written: of those that the path names, none is missing. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The value of `If-Match`; undefined: there is none. */
  readonly ifMatch: string | undefined;
  /** Of a call that takes lines, which are not checked: they come as they are asked for. */
  readonly lines?: BodyLines;
  /** Of the same: asked once, when all lines are read and before any takes effect. False: whatever is answered, nothing may. */
  readonly mayTakeEffect: MayTakeEffect;
  readonly headers: IncomingHttpHeaders;
  readonly client: ApiClient;
  /** Whether a key came with it, or a session of the console. */
  readonly via: "api" | "console";
  readonly requestId: string;
  /** For whatever the request makes: a repetition of the request gets the same ones. */
  readonly ids: Ids;
}

/** Which part of the API an endpoint belongs to. */
export const TAGS = {
  Conversations: "Two people who text each other through virtual numbers",
  Messages: "Texts, and what has become of them",
  Broadcasts: "Many texts of your own, sent after what people write to each other",
  Numbers: "The virtual numbers that are rented",
  Routes: "What a text would do, and who was behind a number",
  "Opt-outs": "Who wants no texts",
  Events: "What happens, as it happens",
  Webhooks: "Where an application is told of events",
  Services: "Brands on one installation, each with numbers, conversations and rules of its own",
  Links: "The connections to carriers",
  Privacy: "What is forgotten, handed out and kept of a person",
  Audit: "Who did what, in a chain that cannot be written anew unnoticed",
} as const;

export type Tag = keyof typeof TAGS;

/** One call of the API, as data: what it takes, what it answers, and what it does. */
export interface EndpointOf<Query, Body> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Its name in clients: a verb and a noun, unique. */
  readonly operationId: string;
  readonly tag: Tag;
  /** One sentence for people. */
  readonly summary: string;
  /** What a key must be good for. */
  readonly scope: "read" | "admin";
  /** `installation`: about more than one service, and not for keys of one. */
  readonly reach?: "installation";
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** It takes lines of JSON, or a list of the same, and only with an `Idempotency-Key`. */
  readonly takesLines?: true;
  /** It answers lines of JSON, of which `answers` describes one. */
  readonly answersLines?: true;
  /** An example of a body. */
  readonly example?: unknown;
  /** What it answers when all is well, by status; null: no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Its answers have an `ETag`: a GET heeds `If-None-Match`, a PATCH `If-Match`. */
  readonly isTagged?: boolean;
  /** An example of what it answers who asks for `text/event-stream`; absent: nothing else than to others. */
  readonly live?: string;
  /** The problems of this call; those that every call of its kind may have are not named again. */
  readonly problems?: readonly ProblemName[];
  readonly handle: (request: ApiRequest<Query, Body>) => Promise<Answer>;
}

export interface Endpoint extends Omit<EndpointOf<unknown, unknown>, "query" | "body" | "example"> {
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly example?: unknown;
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

/** Whether a call takes an `Idempotency-Key`: the others may be repeated anyway. */
export const isRepeatable = ({ method }: Pick<Endpoint, "method">): boolean =>
  method === "POST" || method === "PATCH";

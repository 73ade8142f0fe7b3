import { type Listing, listing, type Page } from "./listing.ts";
import type { CallOptions, Transport } from "./transport.ts";
import type { Operations } from "./types.gen.ts";

export type Name = keyof Operations;
export type Body<N extends Name> = Operations[N]["body"];
export type Answered<N extends Name> = Operations[N]["answer"];
export type Filter<N extends Name> = Omit<Operations[N]["query"], "cursor">;
export type Search<N extends Name> = Omit<Body<N>, "cursor">;
export type ListOf<N extends Name> = Answered<N> extends Page<unknown> ? Listing<Answered<N>> : never;

export interface Asked<N extends Name> {
  readonly params?: Operations[N]["params"];
  readonly query?: Operations[N]["query"];
  readonly body?: Body<N>;
}

export interface PatchOptions extends CallOptions {
  /** Changes it only if this is still its `version`; else `version-mismatch`. */
  readonly ifVersion?: number | undefined;
}

/** A call as data: what is asked, and with what. */
export type Request = { [N in Name]: RequestOf<N> }[Name];

type RequestOf<N extends Name> = {
  readonly method: Operations[N]["method"];
  readonly path: Operations[N]["path"];
  readonly query?: Operations[N]["query"];
} & ([keyof Operations[N]["params"]] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Operations[N]["params"] }) &
  (Body<N> extends null ? { readonly body?: undefined } : { readonly body: Body<N> });

/** What is answered to it. */
export type AnswerTo<R extends Request> = {
  [N in Name]: R extends Pick<Operations[N], "method" | "path"> ? Answered<N> : never;
}[Name];

/** How every call is made, and every list read. */
export type Calls = ReturnType<typeof callsOver>;

export const callsOver = (transport: Transport) => {
  const call = async <N extends Name>(
    method: Operations[N]["method"],
    path: Operations[N]["path"],
    { params = {}, query, body }: Asked<N> = {},
    { ifVersion, ...options }: PatchOptions = {},
  ): Promise<Answered<N>> => {
    const answer = await transport.send({
      method,
      path: filled(path, params),
      ...(query && { query }),
      ...(method !== "GET" && method !== "DELETE" && { body: body ?? {} }),
      ...(ifVersion !== undefined && { headers: { "if-match": `"${ifVersion}"` } }),
      ...options,
    });
    return answer.body as Answered<N>;
  };
  const list = <N extends Name>(read: (cursor: string | undefined) => Promise<Answered<N>>): ListOf<N> =>
    // TypeScript cannot follow a name to the shape of its pages; every call that is listed answers with one.
    listing(read as (cursor: string | undefined) => Promise<Page<unknown>>) as unknown as ListOf<N>;
  return { call, list };
};

const filled = (path: string, params: object): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );

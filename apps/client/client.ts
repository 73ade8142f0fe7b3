import { eventFeed } from "./events.ts";
import { type Listing, listing, type Page } from "./listing.ts";
import {
  type Answer,
  type CallOptions,
  type ClientOptions,
  createTransport,
  type Method,
} from "./transport.ts";
import type { Operations } from "./types.gen.ts";

type Name = keyof Operations;
type Body<N extends Name> = Operations[N]["body"];
type Answered<N extends Name> = Operations[N]["answer"];
type Filter<N extends Name> = Omit<Operations[N]["query"], "cursor">;
type Search<N extends Name> = Omit<Body<N>, "cursor">;
type ListOf<N extends Name> = Answered<N> extends Page<unknown> ? Listing<Answered<N>> : never;

interface Asked<N extends Name> {
  readonly params?: Operations[N]["params"];
  readonly query?: Operations[N]["query"];
  readonly body?: Body<N>;
}

export interface PatchOptions extends CallOptions {
  /** Changes the conversation only if this is still its `version`; else `version-mismatch`. */
  readonly ifVersion?: number | undefined;
}

export interface RawOptions extends CallOptions {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
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

export type Client = ReturnType<typeof createClient>;

/**
 * The API of private SMS communication. Calls answer what the API answers, or reject with a ProblemError, whose `problem` says by `kind`
 * what is wrong. They are tried again where that is safe and may help.
 */
export const createClient = (options: ClientOptions) => {
  const transport = createTransport(options);

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

  const conversations = {
    open: (body: Body<"openConversation">, options?: CallOptions) =>
      call<"openConversation">("POST", "/v1/conversations", { body }, options),
    get: (id: string, options?: CallOptions) =>
      call<"getConversation">("GET", "/v1/conversations/{id}", { params: { id } }, options),
    /** Newest first. */
    list: (query: Filter<"listConversations"> = {}, options?: CallOptions) =>
      list<"listConversations">((cursor) =>
        call<"listConversations">("GET", "/v1/conversations", { query: { ...query, cursor } }, options),
      ),
    /** The same without a number in the address, which proxies log. */
    search: (body: Search<"searchConversations"> = {}, options?: CallOptions) =>
      list<"searchConversations">((cursor) =>
        call<"searchConversations">(
          "POST",
          "/v1/conversations/search",
          { body: { ...body, cursor } },
          options,
        ),
      ),
    patch: (id: string, body: Body<"patchConversation">, options?: PatchOptions) =>
      call<"patchConversation">("PATCH", "/v1/conversations/{id}", { params: { id }, body }, options),
    /** Closing again changes nothing. */
    close: (id: string, body: Body<"closeConversation"> = {}, options?: CallOptions) =>
      call<"closeConversation">("POST", "/v1/conversations/{id}/close", { params: { id }, body }, options),
    /** Somebody else takes the place of a participant. */
    swap: (id: string, participantId: string, body: Body<"swapParticipant">, options?: CallOptions) =>
      call<"swapParticipant">(
        "POST",
        "/v1/conversations/{id}/participants/{participantId}/swap",
        { params: { id, participantId }, body },
        options,
      ),
    /** Oldest first. */
    messages: (id: string, query: Filter<"listMessages"> = {}, options?: CallOptions) =>
      list<"listMessages">((cursor) =>
        call<"listMessages">(
          "GET",
          "/v1/conversations/{id}/messages",
          { params: { id }, query: { ...query, cursor } },
          options,
        ),
      ),
    /** Texts a participant, or all, from the counterpart's virtual number. */
    send: (id: string, body: Body<"sendMessage">, options?: CallOptions) =>
      call<"sendMessage">("POST", "/v1/conversations/{id}/messages", { params: { id }, body }, options),
  };

  const messages = {
    get: (id: string, options?: CallOptions) =>
      call<"getMessage">("GET", "/v1/messages/{id}", { params: { id } }, options),
    search: (body: Search<"searchMessages">, options?: CallOptions) =>
      list<"searchMessages">((cursor) =>
        call<"searchMessages">("POST", "/v1/messages/search", { body: { ...body, cursor } }, options),
      ),
  };

  const numbers = {
    list: (query: Filter<"listNumbers"> = {}, options?: CallOptions) =>
      list<"listNumbers">((cursor) =>
        call<"listNumbers">("GET", "/v1/numbers", { query: { ...query, cursor } }, options),
      ),
    /** Takes up a number that is rented already. */
    register: (body: Body<"registerNumber">, options?: CallOptions) =>
      call<"registerNumber">("POST", "/v1/numbers", { body }, options),
    /** What could be rented. */
    available: (query: Operations["searchAvailableNumbers"]["query"], options?: CallOptions) =>
      call<"searchAvailableNumbers">("GET", "/v1/numbers/available", { query }, options),
    rent: (body: Body<"rentNumbers">, options?: CallOptions) =>
      call<"rentNumbers">("POST", "/v1/numbers/rent", { body }, options),
    /** No new conversation gets it. */
    drain: (number: string, options?: CallOptions) =>
      call<"drainNumber">("POST", "/v1/numbers/{number}/drain", { params: { number } }, options),
    /** Gives it back to the carrier. */
    release: (number: string, options?: CallOptions) =>
      call<"releaseNumber">("DELETE", "/v1/numbers/{number}", { params: { number } }, options),
  };

  const optOuts = {
    add: (body: Body<"addOptOut">, options?: CallOptions) =>
      call<"addOptOut">("POST", "/v1/opt-outs", { body }, options),
    get: (number: string, query: Filter<"getOptOut"> = {}, options?: CallOptions) =>
      call<"getOptOut">("GET", "/v1/opt-outs/{number}", { params: { number }, query }, options),
    put: (number: string, query: Filter<"putOptOut"> = {}, options?: CallOptions) =>
      call<"putOptOut">("PUT", "/v1/opt-outs/{number}", { params: { number }, query }, options),
    remove: (number: string, query: Filter<"removeOptOut"> = {}, options?: CallOptions) =>
      call<"removeOptOut">("DELETE", "/v1/opt-outs/{number}", { params: { number }, query }, options),
  };

  /** Each by its id or its slug. */
  const services = {
    list: (query: Filter<"listServices"> = {}, options?: CallOptions) =>
      list<"listServices">((cursor) =>
        call<"listServices">("GET", "/v1/services", { query: { ...query, cursor } }, options),
      ),
    add: (body: Body<"addService">, options?: CallOptions) =>
      call<"addService">("POST", "/v1/services", { body }, options),
    get: (service: string, options?: CallOptions) =>
      call<"getService">("GET", "/v1/services/{service}", { params: { service } }, options),
    patch: (service: string, body: Body<"changeService">, options?: CallOptions) =>
      call<"changeService">("PATCH", "/v1/services/{service}", { params: { service }, body }, options),
    remove: (service: string, options?: CallOptions) =>
      call<"removeService">("DELETE", "/v1/services/{service}", { params: { service } }, options),
  };

  /** Where events are delivered; `verifyWebhook` checks what comes. */
  const webhookEndpoints = {
    list: (query: Filter<"listWebhookEndpoints"> = {}, options?: CallOptions) =>
      list<"listWebhookEndpoints">((cursor) =>
        call<"listWebhookEndpoints">(
          "GET",
          "/v1/webhook-endpoints",
          { query: { ...query, cursor } },
          options,
        ),
      ),
    /** Its secret is answered now and never again. */
    add: (body: Body<"addWebhookEndpoint">, options?: CallOptions) =>
      call<"addWebhookEndpoint">("POST", "/v1/webhook-endpoints", { body }, options),
    get: (id: string, options?: CallOptions) =>
      call<"getWebhookEndpoint">("GET", "/v1/webhook-endpoints/{id}", { params: { id } }, options),
    patch: (id: string, body: Body<"changeWebhookEndpoint">, options?: CallOptions) =>
      call<"changeWebhookEndpoint">("PATCH", "/v1/webhook-endpoints/{id}", { params: { id }, body }, options),
    remove: (id: string, options?: CallOptions) =>
      call<"removeWebhookEndpoint">("DELETE", "/v1/webhook-endpoints/{id}", { params: { id } }, options),
    /** A new secret; the old one signs as well for a while. */
    rotate: (id: string, body: Body<"rotateWebhookSecret"> = {}, options?: CallOptions) =>
      call<"rotateWebhookSecret">(
        "POST",
        "/v1/webhook-endpoints/{id}/rotate",
        { params: { id }, body },
        options,
      ),
    test: (id: string, options?: CallOptions) =>
      call<"testWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/test", { params: { id } }, options),
    pause: (id: string, options?: CallOptions) =>
      call<"pauseWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/pause", { params: { id } }, options),
    resume: (id: string, options?: CallOptions) =>
      call<"resumeWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/resume", { params: { id } }, options),
    /** Delivers again what has happened since. */
    replay: (id: string, body: Body<"replayWebhooks">, options?: CallOptions) =>
      call<"replayWebhooks">("POST", "/v1/webhook-endpoints/{id}/replay", { params: { id }, body }, options),
    /** Attempts, with what was answered. */
    deliveries: (id: string, query: Filter<"listDeliveries"> = {}, options?: CallOptions) =>
      list<"listDeliveries">(() =>
        call<"listDeliveries">(
          "GET",
          "/v1/webhook-endpoints/{id}/deliveries",
          { params: { id }, query },
          options,
        ),
      ),
  };

  return {
    conversations,
    messages,
    numbers,
    optOuts,
    services,
    webhookEndpoints,
    /** The numbers of each country, and what their conversations need. */
    pool: {
      get: (query: Operations["showPool"]["query"] = {}, options?: CallOptions) =>
        call<"showPool">("GET", "/v1/pool", { query }, options),
    },
    /** What a text would do, or who was behind a number. */
    routes: {
      explain: (body: Body<"explainRoute">, options?: CallOptions) =>
        call<"explainRoute">("POST", "/v1/routes/explain", { body }, options),
    },
    links: {
      list: (options?: CallOptions) =>
        list<"listLinks">(() => call<"listLinks">("GET", "/v1/links", {}, options)),
      /** The window of the links of a name, or the rate of their account, in all processes. */
      patch: (name: string, body: Body<"patchLink">, options?: CallOptions) =>
        call<"patchLink">("PATCH", "/v1/links/{name}", { params: { name }, body }, options),
      /** Nothing is sent over it until it is resumed. */
      pause: (name: string, options?: CallOptions) =>
        call<"pauseLink">("POST", "/v1/links/{name}/pause", { params: { name } }, options),
      resume: (name: string, options?: CallOptions) =>
        call<"resumeLink">("POST", "/v1/links/{name}/resume", { params: { name } }, options),
      /** What is under way is finished, and it connects anew. */
      restart: (name: string, options?: CallOptions) =>
        call<"restartLink">("POST", "/v1/links/{name}/restart", { params: { name } }, options),
    },
    failures: {
      list: (query: Operations["listFailures"]["query"] = {}, options?: CallOptions) =>
        list<"listFailures">(() => call<"listFailures">("GET", "/v1/failures", { query }, options)),
    },
    /** Follows what happens, live, and goes on where it was after every interruption; `events.page` reads one page. */
    events: eventFeed(transport),
    /** A call that was made as data, such as by a program that keeps what is to be done apart from doing it. */
    call: async <const R extends Request>(request: R, options: PatchOptions = {}): Promise<AnswerTo<R>> => {
      const { method, path, params, query, body } = request;
      const asked = { ...(params && { params }), ...(query && { query }), ...(body && { body }) };
      return (await call<Name>(method, path, asked, options)) as AnswerTo<R>;
    },
    /** Any call, in the same manners, with status and headers. */
    raw: (method: Method, path: string, options: RawOptions = {}): Promise<Answer> =>
      transport.send({ method, path, ...options }),
  };
};

const filled = (path: string, params: object): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );

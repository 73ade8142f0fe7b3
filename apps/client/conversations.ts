import type { Body, Calls, Filter, PatchOptions, Search } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

export const conversationCalls = ({ call, list }: Calls) => ({
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
      call<"searchConversations">("POST", "/v1/conversations/search", { body: { ...body, cursor } }, options),
    ),
  patch: (id: string, body: Body<"patchConversation">, options?: PatchOptions) =>
    call<"patchConversation">("PATCH", "/v1/conversations/{id}", { params: { id }, body }, options),
  /** Closing again changes nothing. */
  close: (id: string, body: Body<"closeConversation"> = {}, options?: CallOptions) =>
    call<"closeConversation">("POST", "/v1/conversations/{id}/close", { params: { id }, body }, options),
  /** The real number of a participant has a new owner. */
  reassigned: (id: string, participantId: string, options?: CallOptions) =>
    call<"reassignNumber">(
      "POST",
      "/v1/conversations/{id}/participants/{participantId}/reassigned",
      { params: { id, participantId }, body: {} },
      options,
    ),
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
});

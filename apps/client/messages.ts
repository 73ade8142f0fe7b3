import type { Body, Calls, Search } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

export const messageCalls = ({ call, list }: Calls) => ({
  get: (id: string, options?: CallOptions) =>
    call<"getMessage">("GET", "/v1/messages/{id}", { params: { id } }, options),
  /** Sends once more what failed for good, as a new message; asked again, it answers with the same one. */
  retry: (id: string, options?: CallOptions) =>
    call<"retryMessage">("POST", "/v1/messages/{id}/retry", { params: { id } }, options),
  /** A page of what failed for one reason; with `dryRun` it only counts. */
  retryFailed: (body: Body<"retryFailedMessages">, options?: CallOptions) =>
    call<"retryFailedMessages">("POST", "/v1/messages/retry", { body }, options),
  search: (body: Search<"searchMessages">, options?: CallOptions) =>
    list<"searchMessages">((cursor) =>
      call<"searchMessages">("POST", "/v1/messages/search", { body: { ...body, cursor } }, options),
    ),
});

import type { Calls, Search } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

export const messageCalls = ({ call, list }: Calls) => ({
  get: (id: string, options?: CallOptions) =>
    call<"getMessage">("GET", "/v1/messages/{id}", { params: { id } }, options),
  search: (body: Search<"searchMessages">, options?: CallOptions) =>
    list<"searchMessages">((cursor) =>
      call<"searchMessages">("POST", "/v1/messages/search", { body: { ...body, cursor } }, options),
    ),
});

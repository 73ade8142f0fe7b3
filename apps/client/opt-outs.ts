import type { Body, Calls, Filter } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

export const optOutCalls = ({ call, list }: Calls) => ({
  add: (body: Body<"addOptOut">, options?: CallOptions) =>
    call<"addOptOut">("POST", "/v1/opt-outs", { body }, options),
  /** Those of all services, or of one, by when they were said. */
  list: (query: Filter<"listOptOuts"> = {}, options?: CallOptions) =>
    list<"listOptOuts">((cursor) =>
      call<"listOptOuts">("GET", "/v1/opt-outs", { query: { ...query, cursor } }, options),
    ),
  /** Takes over a list that was kept elsewhere, at most 10,000 at a time. */
  import: (body: Body<"importOptOuts">, query: Filter<"importOptOuts"> = {}, options?: CallOptions) =>
    call<"importOptOuts">("POST", "/v1/opt-outs/import", { body, query }, options),
  get: (number: string, query: Filter<"getOptOut"> = {}, options?: CallOptions) =>
    call<"getOptOut">("GET", "/v1/opt-outs/{number}", { params: { number }, query }, options),
  put: (number: string, query: Filter<"putOptOut"> = {}, options?: CallOptions) =>
    call<"putOptOut">("PUT", "/v1/opt-outs/{number}", { params: { number }, query }, options),
  remove: (number: string, query: Filter<"removeOptOut"> = {}, options?: CallOptions) =>
    call<"removeOptOut">("DELETE", "/v1/opt-outs/{number}", { params: { number }, query }, options),
});

/** Who wants no texts from whom. */
export const blockCalls = ({ call, list }: Calls) => ({
  list: (query: Filter<"listBlocks"> = {}, options?: CallOptions) =>
    list<"listBlocks">((cursor) =>
      call<"listBlocks">("GET", "/v1/blocks", { query: { ...query, cursor } }, options),
    ),
  /** The two may text each other again. */
  remove: (id: string, options?: CallOptions) =>
    call<"removeBlock">("DELETE", "/v1/blocks/{id}", { params: { id } }, options),
});

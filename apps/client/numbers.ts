import type { Body, Calls, Filter } from "./calls.ts";
import type { CallOptions } from "./transport.ts";
import type { Operations } from "./types.gen.ts";

export const numberCalls = ({ call, list }: Calls) => ({
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
});

/** The numbers of each country, and what their conversations need. */
export const poolCalls = ({ call }: Calls) => ({
  get: (query: Operations["showPool"]["query"] = {}, options?: CallOptions) =>
    call<"showPool">("GET", "/v1/pool", { query }, options),
});

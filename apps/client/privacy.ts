import type { Body, Calls, Filter } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

/** Forgetting people. */
export const erasureCalls = ({ call }: Calls) => ({
  request: (body: Body<"erasePerson">, options?: CallOptions) =>
    call<"erasePerson">("POST", "/v1/erasures", { body }, options),
  /** With the certificate, once it is completed. */
  get: (id: string, options?: CallOptions) =>
    call<"getErasure">("GET", "/v1/erasures/{id}", { params: { id } }, options),
});

/** What people have given us. */
export const exportCalls = ({ call }: Calls) => ({
  make: (body: Body<"exportPerson">, options?: CallOptions) =>
    call<"exportPerson">("POST", "/v1/exports", { body }, options),
});

/** Who has reported whom. */
export const reportCalls = ({ call, list }: Calls) => ({
  list: (query: Filter<"listReports"> = {}, options?: CallOptions) =>
    list<"listReports">((cursor) =>
      call<"listReports">("GET", "/v1/reports", { query: { ...query, cursor } }, options),
    ),
});

/** What retention and erasure leave alone. */
export const holdCalls = ({ call, list }: Calls) => ({
  place: (body: Body<"placeHold">, options?: CallOptions) =>
    call<"placeHold">("POST", "/v1/holds", { body }, options),
  list: (query: Filter<"listHolds"> = {}, options?: CallOptions) =>
    list<"listHolds">((cursor) =>
      call<"listHolds">("GET", "/v1/holds", { query: { ...query, cursor } }, options),
    ),
  release: (id: string, options?: CallOptions) =>
    call<"releaseHold">("DELETE", "/v1/holds/{id}", { params: { id } }, options),
});

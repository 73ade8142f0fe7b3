import type { Body, Calls, Filter, PatchOptions } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

/** Each by its id or its slug. */
export const serviceCalls = ({ call, list }: Calls) => ({
  list: (query: Filter<"listServices"> = {}, options?: CallOptions) =>
    list<"listServices">((cursor) =>
      call<"listServices">("GET", "/v1/services", { query: { ...query, cursor } }, options),
    ),
  add: (body: Body<"addService">, options?: CallOptions) =>
    call<"addService">("POST", "/v1/services", { body }, options),
  get: (service: string, options?: CallOptions) =>
    call<"getService">("GET", "/v1/services/{service}", { params: { service } }, options),
  patch: (service: string, body: Body<"changeService">, options?: PatchOptions) =>
    call<"changeService">("PATCH", "/v1/services/{service}", { params: { service }, body }, options),
  remove: (service: string, options?: CallOptions) =>
    call<"removeService">("DELETE", "/v1/services/{service}", { params: { service } }, options),
});

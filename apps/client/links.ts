import type { Body, Calls } from "./calls.ts";
import type { CallOptions } from "./transport.ts";
import type { Operations } from "./types.gen.ts";

export const linkCalls = ({ call, list }: Calls) => ({
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
});

export const failureCalls = ({ call, list }: Calls) => ({
  list: (query: Operations["listFailures"]["query"] = {}, options?: CallOptions) =>
    list<"listFailures">(() => call<"listFailures">("GET", "/v1/failures", { query }, options)),
});

import { AsyncLocalStorage } from "node:async_hooks";

/** What every line of the log says of the request that is being answered. */
export interface RequestContext {
  readonly requestId: string;
  /** The caller's own name for a chain of requests (W3C Trace Context). */
  readonly traceId?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** W3C Trace Context, version 00: trace id, parent id, flags. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

export interface Trace {
  readonly id: string;
  /** For the answer, with a span of our own. */
  readonly traceparent: string;
}

/** Takes over the caller's trace; null: there is none, or it is not well-formed. `requestId`: a UUID. */
export const traceOf = (traceparent: string | undefined, requestId: string): Trace | null => {
  const [, id, flags] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  if (id === undefined) return null;
  const span = requestId.replaceAll("-", "").slice(-16);
  return { id, traceparent: `00-${id}-${span}-${flags}` };
};

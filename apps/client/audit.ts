import type { Calls, Filter } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

/** Who did what. */
export const auditCalls = ({ call, list }: Calls) => ({
  /** The newest entries first, unless asked otherwise. */
  list: (query: Filter<"listAuditEntries"> = {}, options?: CallOptions) =>
    list<"listAuditEntries">((cursor) =>
      call<"listAuditEntries">("GET", "/v1/audit", { query: { ...query, cursor } }, options),
    ),
  /** The public key that checks heads of the log and certificates of erasure. */
  key: (options?: CallOptions) => call<"getAuditKey">("GET", "/v1/audit/key", {}, options),
});

import type { AuditLog } from "#core/ports/audit-log.ts";
import type { RecordAudit } from "./record-audit.ts";

/** A key as the audit log may know it: no secret, but a digest by which a new secret under the old name shows. */
export interface KnownKey {
  /** What it is for, such as `api` or `sealing`. */
  readonly kind: string;
  readonly name: string;
  /** What it may do; empty where there is only one thing. */
  readonly scope: string;
  readonly secret: string;
}

const CHANGED = "keys.change";

/** Leaves an entry when a process starts with other keys than were last noted. */
export const noteKeys =
  ({ audit, record }: { readonly audit: Pick<AuditLog, "read" | "digest">; readonly record: RecordAudit }) =>
  async (keys: readonly KnownKey[]): Promise<void> => {
    const noted = await Promise.all(
      keys.map(
        async ({ kind, name, scope, secret }) =>
          `${kind} ${name} ${scope} ${(await audit.digest(`${kind} ${secret}`)).slice(0, 12)}`,
      ),
    );
    const now = noted.toSorted();
    const [last] = await audit.read({
      ...{ after: null, order: "newest-first", limit: 1, subject: null, action: CHANGED },
    });
    const before = (last?.data.keys ?? []) as readonly string[];
    const added = now.filter((key) => !before.includes(key));
    const removed = before.filter((key) => !now.includes(key));
    if (added.length === 0 && removed.length === 0) return;
    await record({
      ...{ actor: "system", via: "system", requestId: null, action: CHANGED, subjects: [] },
      data: { keys: now, added, removed },
    });
  };

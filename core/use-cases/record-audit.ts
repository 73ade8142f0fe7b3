import type { AuditEntry, AuditFact } from "#core/domain/audit/entry.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

/** Whoever would wait behind more than this is refused, and then nothing is done that was to be recorded. */
export const WAITING_MAX = 10_000;
export const BATCH_MAX = 200;

/** Resolves with the entry when it is durable. */
export type RecordAudit = (fact: Omit<AuditFact, "at">) => Promise<AuditEntry>;

interface Waiting {
  readonly fact: AuditFact;
  readonly settle: PromiseWithResolvers<AuditEntry>;
}

/** Facts that come while others are being written are written together next: the chain has one end, for which all would queue. */
export const recordAudit = ({
  audit,
  clock,
}: {
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Pick<Clock, "now">;
}): RecordAudit => {
  let waiting: Waiting[] = [];
  let isWriting = false;
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      waiting = waiting.slice(BATCH_MAX);
      try {
        const entries = await audit.append(batch.map(({ fact }) => fact));
        for (const [i, { settle }] of batch.entries()) settle.resolve(entries[i]!);
      } catch (error) {
        for (const { settle } of batch) settle.reject(error);
      }
    }
    isWriting = false;
  };
  return async (fact) => {
    if (waiting.length >= WAITING_MAX) throw new StorageUnavailable("Too much waits for the audit log");
    const settle = Promise.withResolvers<AuditEntry>();
    waiting.push({ fact: { ...fact, at: clock.now() }, settle });
    if (!isWriting) void writeAll();
    return settle.promise;
  };
};

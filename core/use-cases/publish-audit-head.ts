import { type AuditHead, headText } from "#core/domain/audit/head.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Signer } from "#core/ports/signer.ts";

const HEAD_MS = 3_600_000;

/**
 * Signs the end of the chain and keeps it, an hour after the last head, or after the first entry. Null: it is not time yet, there is nothing
 * new, or another process was first.
 */
export const publishAuditHead =
  ({
    audit,
    clock,
    signer,
  }: {
    readonly audit: Pick<AuditLog, "end" | "read" | "keepHead" | "lastHead">;
    readonly clock: Pick<Clock, "now">;
    readonly signer: Signer | null;
  }) =>
  async (): Promise<AuditHead | null> => {
    const { position, hash } = await audit.end();
    const last = await audit.lastHead();
    if (position === (last?.position ?? 0)) return null;
    const at = clock.now();
    if (at < (last ?? (await firstOf(audit)))!.at + HEAD_MS) return null;
    const named = { position, hash, at };
    const signature = signer?.sign(headText(named)) ?? null;
    const head = { ...named, keyId: signer?.keyId ?? null, signature };
    return (await audit.keepHead(head)) ? head : null;
  };

const firstOf = async (audit: Pick<AuditLog, "read">) =>
  (await audit.read({ after: null, order: "oldest-first", limit: 1, subject: null, action: null }))[0];

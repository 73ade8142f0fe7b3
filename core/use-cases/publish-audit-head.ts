import { type AuditHead, headText } from "#core/domain/audit/head.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Signer } from "#core/ports/signer.ts";

/** Signs the end of the chain and keeps it. Null: there is nothing new since the last head, or another process was first. */
export const publishAuditHead =
  ({
    audit,
    clock,
    signer,
  }: {
    readonly audit: Pick<AuditLog, "end" | "keepHead">;
    readonly clock: Pick<Clock, "now">;
    readonly signer: Signer | null;
  }) =>
  async (): Promise<AuditHead | null> => {
    const { position, hash } = await audit.end();
    if (position === 0) return null;
    const named = { position, hash, at: clock.now() };
    const signature = signer?.sign(headText(named)) ?? null;
    const head = { ...named, keyId: signer?.keyId ?? null, signature };
    return (await audit.keepHead(head)) ? head : null;
  };

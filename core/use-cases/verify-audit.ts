import type { ChainEnd } from "#core/domain/audit/entry.ts";
import type { AuditHead } from "#core/domain/audit/head.ts";
import { type BrokenChain, type ChainVerification, checkChain } from "#core/domain/audit/verify-chain.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";

const PAGE = 1_000;

export interface VerifiedAudit {
  /** Null: all is well. */
  readonly broken: BrokenChain | null;
  /** Up to here all is well. */
  readonly end: ChainEnd;
  readonly verifiedHeads: number;
  readonly unsignedHeads: number;
}

/** Checks the whole chain against itself, against the heads that are stored, and against those that were kept elsewhere. */
export const verifyAudit =
  (
    { audit }: { readonly audit: Pick<AuditLog, "read" | "heads" | "end"> },
    verification: ChainVerification,
  ) =>
  async (keptElsewhere: readonly AuditHead[] = []): Promise<VerifiedAudit> => {
    const check = checkChain(verification);
    const answer = (broken: BrokenChain | null): VerifiedAudit => {
      const { verified, unsigned } = check.heads();
      return { broken, end: check.end(), verifiedHeads: verified, unsignedHeads: unsigned };
    };
    const heads = [...keptElsewhere];
    for (let after = 0; ; ) {
      const page = await audit.heads(after, PAGE);
      heads.push(...page);
      if (page.length < PAGE) break;
      after = page.at(-1)!.position;
    }
    const newest = Math.max(0, (await audit.end()).position, ...heads.map(({ position }) => position));
    for (;;) {
      const { position } = check.end();
      const entries = await audit.read({
        ...{ after: position, order: "oldest-first", limit: PAGE, subject: null, action: null },
      });
      const upTo = position + PAGE;
      const broken = check.follow(
        entries,
        heads.filter((head) => head.position > position && head.position <= upTo),
      );
      if (broken) return answer(broken);
      if (entries.length < PAGE) break;
    }
    const end = check.end().position;
    return answer(end < newest ? { position: end + 1, detail: "the entry is missing" } : null);
  };

import type { SteadyClock } from "#core/ports/clock.ts";
import type { Storage, StorageProblem } from "#core/ports/storage.ts";

export type Readiness =
  | { readonly kind: "ready"; readonly linksUp: number }
  | { readonly kind: "not-ready"; readonly reason: StorageProblem | "draining" };

export interface CheckReadinessPorts {
  readonly storage: Pick<Storage, "problem">;
  /** The links of this process; none where another process sends. */
  readonly links: readonly { status(): { readonly state: string } }[];
  /** The process is ending: it finishes what it has, and is to get nothing new. */
  readonly isDraining: () => boolean;
  readonly clock: Pick<SteadyClock, "elapsed">;
}

/** So long an answer of storage holds, in milliseconds: whoever asks in a loop costs no more than one question a second. */
const HOLDS_MS = 1_000;

/**
 * Whether this process can take work: the database answers, with a schema and keys that this process can work with, and the process is not
 * ending. All of it may change while the process runs. Links are shown and not asked for: what is taken while all are down waits for them.
 * The answer takes as long as the database does.
 */
export const checkReadiness = ({ storage, links, isDraining, clock }: CheckReadinessPorts) => {
  let asked: { readonly at: number; readonly problem: Promise<StorageProblem | null> } | null = null;

  const problem = (): Promise<StorageProblem | null> => {
    const at = clock.elapsed();
    if (asked === null || at - asked.at >= HOLDS_MS) asked = { at, problem: storage.problem() };
    return asked.problem;
  };

  return async (): Promise<Readiness> => {
    if (isDraining()) return { kind: "not-ready", reason: "draining" };
    const reason = await problem();
    if (reason !== null) return { kind: "not-ready", reason };
    return { kind: "ready", linksUp: links.filter((link) => link.status().state === "up").length };
  };
};

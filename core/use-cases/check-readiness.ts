import type { Storage } from "#core/ports/storage.ts";

export type Readiness =
  | { readonly kind: "ready"; readonly linksUp: number }
  | { readonly kind: "no-database" }
  | { readonly kind: "draining" };

export interface CheckReadinessPorts {
  readonly storage: Pick<Storage, "ping">;
  /** The links of this process; none where another process sends. */
  readonly links: readonly { status(): { readonly state: string } }[];
  /** The process is ending: it finishes what it has, and is to get nothing new. */
  readonly isDraining: () => boolean;
}

/**
 * Whether this process can take work: the database answers, and it is not ending. Its schema and its keys were checked before
 * anything was served. Links are shown and not asked for: what is taken while all are down waits for them. The answer takes as
 * long as the database does.
 */
export const checkReadiness =
  ({ storage, links, isDraining }: CheckReadinessPorts) =>
  async (): Promise<Readiness> => {
    if (isDraining()) return { kind: "draining" };
    if (!(await storage.ping())) return { kind: "no-database" };
    return { kind: "ready", linksUp: links.filter((link) => link.status().state === "up").length };
  };

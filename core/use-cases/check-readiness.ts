import type { Storage } from "#core/ports/storage.ts";

export type Readiness =
  | { readonly kind: "ready"; readonly linksUp: number }
  | { readonly kind: "no-database" }
  | { readonly kind: "no-link" };

export interface CheckReadinessPorts {
  readonly storage: Pick<Storage, "ping">;
  /** The links of this process; none where another process sends. */
  readonly links: readonly { status(): { readonly state: string } }[];
}

/**
 * Whether this process can do its work: one that sends is ready when the database answers and a link is up; one that does not,
 * without a link. The answer takes as long as the database does.
 */
export const checkReadiness =
  ({ storage, links }: CheckReadinessPorts) =>
  async (): Promise<Readiness> => {
    if (!(await storage.ping())) return { kind: "no-database" };
    const linksUp = links.filter((link) => link.status().state === "up").length;
    return links.length > 0 && linksUp === 0 ? { kind: "no-link" } : { kind: "ready", linksUp };
  };

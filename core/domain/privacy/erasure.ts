import { canonicalJson } from "#core/domain/audit/canonical-json.ts";
import type { AuditEntry, AuditFact } from "#core/domain/audit/entry.ts";
import { publicId } from "#core/domain/public-id.ts";

/** A request to erase a person. Times are milliseconds since the epoch. */
export interface Erasure {
  readonly id: string;
  /** The digest by which the audit log names the person. */
  readonly person: string;
  /** The name of the API key. */
  readonly requestedBy: string;
  readonly requestId: string | null;
  readonly requestedAt: number;
  /** `restricted`: a hold keeps some of it, and the rest is erased; it goes on by itself when the hold ends. */
  readonly state: "pending" | "restricted" | "completed";
  /** Null until it is completed. */
  readonly certificate: Certificate | null;
}

/** What stays of a person, and why. */
export interface KeptRecord {
  readonly what: "opt-outs" | "blocks" | "quarantined-pairs";
  readonly count: number;
  readonly why: string;
  /** RFC 3339; null: for good. */
  readonly until: string | null;
}

/** What was done in storage. */
export interface ErasureResult {
  /** Rows that were deleted or overwritten, by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly optOuts: number;
  readonly blocks: number;
  /** Pairs of the person that nobody else may be given yet. */
  readonly quarantinedPairs: number;
  readonly quarantinedUntil: number | null;
  /** Of rows that still name the person, counted anew afterwards. */
  readonly remaining: number;
}

/** What an auditor is shown. It holds no number and no text. Times are RFC 3339. */
export interface Certificate {
  readonly version: 1;
  readonly id: string;
  readonly person: string;
  readonly requestedBy: string;
  readonly requestId: string | null;
  readonly requestedAt: string;
  readonly completedAt: string;
  readonly tool: string;
  readonly method: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly kept: readonly KeptRecord[];
  /** How many rows named the person when all was done. */
  readonly remaining: number;
  readonly backups: string;
  /** Its place in the audit log. */
  readonly audit: { readonly position: number; readonly hash: string };
  readonly keyId: string;
  /** Ed25519 over {@link certificateText}, in base64. */
  readonly signature: string;
}

const METHOD =
  "Rows that name the person were deleted, or what names the person in them was overwritten; the person's own texts and those of the platform in their conversations were deleted, texts by others no longer lead to the person";
const BACKUPS =
  "Copies of the database that were made before hold the person until they are destroyed, sealed with the keys of that time; so may copies of its files and of its log of changes (WAL), until PostgreSQL has written over what was freed";

export const erasureName = (id: string): string => publicId("ers", id);

/** What the audit log says when all is done. */
export const completedFact = (erasure: Erasure, result: ErasureResult, at: number): AuditFact => ({
  ...{ at, actor: erasure.requestedBy, via: "system", requestId: erasure.requestId },
  action: "erasure.complete",
  subjects: [erasureName(erasure.id), `person:${erasure.person}`],
  data: { counts: result.counts, remaining: result.remaining },
});

/** What is signed: the certificate without its signature. */
export const certificateText = (certificate: Omit<Certificate, "signature">): string => {
  const { signature: _, ...signed } = certificate as Certificate;
  return canonicalJson({ ...signed, kept: signed.kept.map((kept) => ({ ...kept })) });
};

export const certificateOf = (
  erasure: Erasure,
  result: ErasureResult,
  entry: Pick<AuditEntry, "position" | "hash" | "at">,
  { tool, keyId }: { readonly tool: string; readonly keyId: string },
): Omit<Certificate, "signature"> => ({
  ...{ version: 1, id: erasureName(erasure.id), person: erasure.person },
  ...{ requestedBy: erasure.requestedBy, requestId: erasure.requestId },
  ...{ requestedAt: timeOf(erasure.requestedAt), completedAt: timeOf(entry.at) },
  ...{ tool, method: METHOD, counts: result.counts, kept: keptOf(result), remaining: result.remaining },
  ...{ backups: BACKUPS, audit: { position: entry.position, hash: entry.hash }, keyId },
});

const timeOf = (ms: number): string => new Date(ms).toISOString();

const keptOf = ({
  optOuts,
  blocks,
  quarantinedPairs,
  quarantinedUntil,
}: ErasureResult): readonly KeptRecord[] => [
  ...keptIf(optOuts, {
    what: "opt-outs",
    why: "Without it the wish could not be honoured (GDPR art. 17(3)(b)): as a keyed digest alone",
    until: null,
  }),
  ...keptIf(blocks, {
    what: "blocks",
    why: "Without it the wish of one of two could not be honoured: as keyed digests alone",
    until: null,
  }),
  ...keptIf(quarantinedPairs, {
    what: "quarantined-pairs",
    why: "A late text of the person must not reach somebody else: as a keyed digest alone",
    until: quarantinedUntil === null ? null : timeOf(quarantinedUntil),
  }),
];

const keptIf = (count: number, kept: Omit<KeptRecord, "count">): readonly KeptRecord[] =>
  count === 0 ? [] : [{ ...kept, count }];

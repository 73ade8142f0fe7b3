import { type Canonical, canonicalJson } from "./canonical-json.ts";

/**
 * Something that somebody did, for the audit log. It names things by their public ids, and people by keyed digests (`person:…`), so that
 * nothing in the log ever has to be erased: no real number, no text.
 */
export interface AuditFact {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the API key; `system`: nobody asked. */
  readonly actor: string;
  readonly via: "api" | "console" | "command" | "system";
  /** Under which it stands in the log of the process; null: it was no request. */
  readonly requestId: string | null;
  /** A noun and a verb: `conversation.close`. */
  readonly action: string;
  /** Ids as the API shows them, `service:` and a slug, `person:` and a digest, or `number:` and a number of ours. */
  readonly subjects: readonly string[];
  /** Codes, counts and names of settings; digests in hexadecimal. */
  readonly data: Readonly<Record<string, Canonical>>;
}

/** A fact in its place. */
export interface AuditEntry extends AuditFact {
  /** From 1, without a gap. */
  readonly position: number;
  /** SHA-256 of the previous entry's hash followed by the canonical JSON of this one without its hash, in hexadecimal. */
  readonly hash: string;
}

/** The end of a chain. */
export interface ChainEnd {
  readonly position: number;
  readonly hash: string;
}

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export type Sha256 = (text: string) => string;

/** Before the first entry. */
export const CHAIN_START: ChainEnd = { position: 0, hash: "0".repeat(64) };

/** An entry as it is hashed. */
export const entryText = ({
  at,
  actor,
  via,
  requestId,
  action,
  subjects,
  data,
  position,
}: Omit<AuditEntry, "hash">): string =>
  canonicalJson({ position, at, actor, via, requestId, action, subjects, data });

/** Appends facts to a chain. */
export const chainOn = (
  end: ChainEnd,
  facts: readonly AuditFact[],
  sha256: Sha256,
): readonly AuditEntry[] => {
  const entries: AuditEntry[] = [];
  let { position, hash } = end;
  for (const fact of facts) {
    position += 1;
    hash = sha256(hash + entryText({ ...fact, position }));
    entries.push({ ...fact, position, hash });
  }
  return entries;
};

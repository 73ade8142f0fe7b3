import type { AuditEntry, AuditFact, ChainEnd } from "#core/domain/audit/entry.ts";
import type { AuditHead } from "#core/domain/audit/head.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";

/**
 * Who did what, in one chain of hashes for the whole installation. Entries are only ever added. Nothing that relays texts writes here, so
 * that the order of all may cost a lock.
 */
export interface AuditLog {
  /** All or none, after each other. Answers them in their places. */
  append(facts: readonly AuditFact[]): Promise<readonly AuditEntry[]>;
  read(query: AuditQuery): Promise<readonly AuditEntry[]>;
  end(): Promise<ChainEnd>;
  /** Keeps a head and tells of it in the event log. False: one of this entry is kept already, or the entry is not there. */
  keepHead(head: AuditHead): Promise<boolean>;
  lastHead(): Promise<AuditHead | null>;
  /** Those of entries after a position, oldest first. */
  heads(after: number, limit: number): Promise<readonly AuditHead[]>;
  /** The digest by which the log names a person, by one of their real numbers: keyed, so that numbers cannot be tried. 32 hexadecimal digits. */
  personDigest(number: Msisdn): Promise<string>;
  /** The same of something else that must not be told, such as a secret. */
  digest(text: string): Promise<string>;
}

export interface AuditQuery {
  /** Null: from the end that comes first in `order`. */
  readonly after: number | null;
  readonly order: "oldest-first" | "newest-first";
  readonly limit: number;
  /** Null: of any. */
  readonly subject: string | null;
  readonly action: string | null;
}

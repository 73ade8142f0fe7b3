import type { AuditEntry, AuditFact } from "#core/domain/audit/entry.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Certificate, Erasure, ErasureResult } from "#core/domain/privacy/erasure.ts";

/** Forgets people. The number is kept sealed until all is done. */
export interface Erasures {
  /** One of this id that is known stays as it is. */
  begin(erasure: NewErasure, number: Msisdn): Promise<void>;
  get(id: string): Promise<Erasure | null>;
  /** Those that are not completed, oldest first. */
  unfinished(limit: number): Promise<readonly (Erasure & { readonly number: Msisdn })[]>;
  /**
   * Erases everything that leads to the person but what is on hold, in one transaction with the entry and the certificate that `certify`
   * makes of it; the person's conversations must have been closed. Carried out again, it finds nothing more to do. Null: there is none.
   */
  carryOut(id: string, at: number, certify: Certify): Promise<Erasure | null>;
  /** Forgets pairs of people who have been erased whose quarantine is over. */
  forgetPairs(now: number): Promise<void>;
}

export type NewErasure = Omit<Erasure, "state" | "certificate">;

export interface Certify {
  readonly fact: (erasure: Erasure, result: ErasureResult) => AuditFact;
  readonly certificate: (erasure: Erasure, result: ErasureResult, entry: AuditEntry) => Certificate;
}

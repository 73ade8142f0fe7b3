import type { Readable } from "node:stream";
import type { AuditFact } from "#core/domain/audit/entry.ts";

/** What an endpoint answers, before it is written to a connection. */
export interface Answer {
  readonly status: number;
  /** Becomes JSON; undefined: no body at all. */
  readonly body: unknown;
  /** What is written instead of a body, as it comes. */
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the audit log says of it, beside what it says of every call; nobody is answered with it. */
  readonly audited?: AuditFact["data"];
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const accepted = (body: unknown): Answer => ({ status: 202, body });
export const noContent: Answer = { status: 204, body: undefined };

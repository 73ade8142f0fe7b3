import type { Readable } from "node:stream";

/** What an endpoint answers, before it is written to a connection. */
export interface Answer {
  readonly status: number;
  /** Becomes JSON; undefined: no body at all. */
  readonly body: unknown;
  /** What is written instead of a body, as it comes. */
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const accepted = (body: unknown): Answer => ({ status: 202, body });
export const noContent: Answer = { status: 204, body: undefined };

import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Page, Slice } from "./conversations.ts";

/** What must not be erased, by law or because somebody was reported. It ends by itself. Times are milliseconds since the epoch. */
export interface Hold {
  readonly id: string;
  /** The conversation that is kept; null: everything of a person. */
  readonly conversationId: string | null;
  /** The digest by which the audit log names the person; null: it is of a conversation. */
  readonly person: string | null;
  readonly reason: string;
  /** The name of the API key; `system`: somebody was reported. */
  readonly placedBy: string;
  readonly placedAt: number;
  readonly until: number;
  /** Null: nobody has ended it early. */
  readonly releasedAt: number | null;
}

/** Retention and erasure leave out what is on hold. */
export interface Holds {
  /** One of this id that is known stays as it is. False: there is no such conversation. */
  place(hold: NewHold): Promise<boolean>;
  get(id: string): Promise<Hold | null>;
  /** By when they were placed; `active`: those that hold at an instant. */
  list(query: { readonly activeAt: number | null }, page: Page): Promise<Slice<Hold>>;
  /** Null: there is none that holds then. */
  release(id: string, at: number): Promise<Hold | null>;
}

export type NewHold = Omit<Hold, "releasedAt" | "person" | "conversationId"> &
  (
    | { readonly conversationId: string; readonly number: null }
    | { readonly conversationId: null; readonly number: Msisdn }
  );

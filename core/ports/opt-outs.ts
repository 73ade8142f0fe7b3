import type { Msisdn } from "#core/domain/msisdn.ts";
import type { KeptWish, WishSource } from "#core/domain/wishes/command.ts";
import type { StopScope } from "#core/domain/wishes/wish.ts";
import type { Page, Slice } from "./conversations.ts";

/** Which handsets want no texts from a service. Changing it changes the routes that lead there in the same transaction. */
export interface OptOuts {
  /** What holds in a service: said there, or elsewhere for all. */
  get(serviceId: string, number: Msisdn): Promise<OptOut | null>;
  /** By the platform. A handset that has opted out already, and no less widely, is answered as it is. */
  put(serviceId: string, number: Msisdn, at: number, scope?: StopScope): Promise<OptOut>;
  /** What holds, by when it was said: in a service, or (null) wherever it was said. */
  list(serviceId: string | null, page: Page): Promise<Slice<ListedOptOut>>;
  /** What was said elsewhere for all is taken back for this service alone. */
  remove(serviceId: string, number: Msisdn, at: number): Promise<void>;
  /** Everything that this person has wished of a service, oldest first, also what has been taken back since. */
  wishes(serviceId: string, number: Msisdn): Promise<readonly KeptWish[]>;
}

/**
 * A wish for no texts that holds. The first one keeps its date; the person's own word counts for more than the carrier's, and the
 * wider scope for more than the narrower.
 */
export interface OptOut {
  readonly number: Msisdn;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly source: WishSource;
  /** Null where the person did not write to us. */
  readonly word: string | null;
  readonly scope: StopScope;
  /** The number that was texted; null when it was none. */
  readonly virtualNumber: Msisdn | null;
}

export interface ListedOptOut extends Omit<OptOut, "number"> {
  /** Null: it is unreadable, or erased. */
  readonly number: Msisdn | null;
  /** In which it was said; of a list of one service that one. */
  readonly serviceId: string;
}

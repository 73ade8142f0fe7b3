import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Page, Slice } from "./conversations.ts";

/** Who wants nothing more to do with whom. Taking a block back changes the routes between the two in the same transaction. */
export interface PairBlocks {
  /** By when they were said: those of a service, or (null) all. */
  list(serviceId: string | null, page: Page): Promise<Slice<PairBlock>>;
  get(id: string): Promise<PairBlock | null>;
  /** The ids of blocks that the owner of a number has said. */
  saidBy(number: Msisdn): Promise<readonly string[]>;
  /** By the platform, which is kept as a wish. False: there is no such block. */
  remove(id: string, at: number): Promise<boolean>;
}

/** One person's wish to get no texts from another, and to send none. */
export interface PairBlock {
  /** That of the message that said it. */
  readonly id: string;
  readonly serviceId: string;
  /** In which it was said, by whom, and of whom. */
  readonly conversationId: string;
  readonly blockerId: string;
  readonly blockedId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly word: string;
  /** The number that was texted last. */
  readonly virtualNumber: Msisdn;
}

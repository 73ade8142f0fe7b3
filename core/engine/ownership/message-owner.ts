import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import type { Epoch } from "./ownership.ts";

/** Gives messages to others, with a part of the rate that was last used `idleMs` ago; resolves when they are durably theirs. */
export type GiveUp = (owned: readonly RequeuedMessage[], idleMs: number) => Promise<void>;

/** What the membership asks of whoever has the messages. */
export interface MessageOwner {
  /** The id of the oldest message that is owned or about to be written as owned; null when there is none. */
  oldestOwned(): string | null;
  /**
   * Gives up what is owned of these partitions: when nothing of them is under way, the rest goes to `giveUp`, and stays owned
   * until that is done. Does nothing more once the epoch is over.
   */
  handOver(epoch: Epoch, partitions: readonly number[], giveUp: GiveUp): Promise<void>;
  /** Everything that was owned belongs to others now; answers how many messages that are. */
  discardAll(): number;
  /** Storage said what time it is (milliseconds since 1970), after this process's time of day was `askedAt`. */
  heard(askedAt: number, storageNow: number): void;
  /** What operators have said of links, as of this heartbeat; before the partitions that came with it count. */
  controlLinks(linkSettings: readonly LinkSetting[]): void;
  /** Partitions or lease have changed; others may have sent for what was added until `idleMs` ago. */
  changed(idleMs: number): void;
}

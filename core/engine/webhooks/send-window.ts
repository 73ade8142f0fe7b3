import type { LoggedEvent } from "#core/domain/event.ts";
import { orderKey } from "#core/domain/webhooks/endpoint.ts";

/** An event on its way to an endpoint. */
export interface Delivery {
  readonly event: LoggedEvent;
  /** Attempts made before. */
  readonly attempts: number;
  /** It has been tried before, and is stored as such. */
  readonly isRetry: boolean;
  /** While nothing else is sent: it shows whether the endpoint works again. */
  readonly isProbe: boolean;
}

interface Entry extends Delivery {
  state: "waiting" | "sending" | "settled";
}

/**
 * What has been read of the log and is not yet behind the cursor, in order. Events of different conversations are sent side by side, those of
 * one conversation one after the other.
 */
export interface SendWindow {
  /** Events that are not behind the cursor, and retries that wait. */
  readonly size: number;
  /** What comes behind the cursor when all before it is settled. */
  readonly cursor: string;
  /** The first event that is not settled; null: there is none. */
  oldest(): LoggedEvent | null;
  /** Adds a page of the log; `next` is where the log goes on after it. */
  addPage(events: readonly LoggedEvent[], next: string, isProbe?: boolean): void;
  /** Adds what goes before all that waits. */
  addRetries(deliveries: readonly Delivery[]): void;
  /** The next to be sent; null: nothing, or everything waits for what is on its way. */
  take(): Delivery | null;
  /** It could not even be tried: it is the next again. */
  giveBack(delivery: Delivery): void;
  settle(delivery: Delivery): void;
  /**
   * Empties the window when nothing is on its way. Answers the retries that have not been sent, and the events that have not although later
   * ones have: the cursor stands after them. Whatever was after the last one that was sent is read again.
   */
  clear(): readonly Delivery[];
}

export const createSendWindow = (start: string): SendWindow => {
  /** In the order of the log. */
  let entries: Entry[] = [];
  let retries: Entry[] = [];
  let ready: Entry[] = [];
  /** What waits for an event of the same key. */
  let chains = new Map<string, Entry[]>();
  let cursor = start;
  let readUpTo = start;

  const advance = (): void => {
    let count = 0;
    while (entries[count]?.state === "settled") count += 1;
    if (count > 0) {
      cursor = entries[count - 1]!.event.cursor;
      entries = entries.slice(count);
    }
    if (entries.length === 0) cursor = readUpTo;
  };

  return {
    get size() {
      return entries.length + retries.length;
    },
    get cursor() {
      return cursor;
    },
    oldest: () => entries[0]?.event ?? null,
    addPage: (events, next, isProbe = false) => {
      for (const event of events) {
        const entry: Entry = { event, attempts: 0, isRetry: false, isProbe, state: "waiting" };
        entries.push(entry);
        const chain = chains.get(orderKey(event));
        // breakage: deliver-conversations-out-of-order
        if (chain) chain.push(entry);
        else {
          chains.set(orderKey(event), []);
          ready.push(entry);
        }
      }
      readUpTo = next;
      advance();
    },
    addRetries: (deliveries) => {
      const added = deliveries.map((delivery): Entry => ({ ...delivery, state: "waiting" }));
      retries.push(...added);
      ready = [...added, ...ready];
    },
    take: () => {
      const entry = ready.shift();
      if (!entry) return null;
      entry.state = "sending";
      return entry;
    },
    giveBack: (delivery) => {
      const entry = delivery as Entry;
      entry.state = "waiting";
      ready.unshift(entry);
    },
    settle: (delivery) => {
      const entry = delivery as Entry;
      entry.state = "settled";
      if (entry.isRetry) {
        retries = retries.filter((each) => each !== entry);
        return;
      }
      const key = orderKey(entry.event);
      const next = chains.get(key)?.shift();
      if (next) ready.push(next);
      else chains.delete(key);
      advance();
    },
    clear: () => {
      const last = entries.findLastIndex(({ state }) => state === "settled");
      const passed = [...retries, ...entries.slice(0, last + 1)].filter(({ state }) => state !== "settled");
      if (last >= 0) cursor = entries[last]!.event.cursor;
      readUpTo = cursor;
      entries = [];
      retries = [];
      ready = [];
      chains = new Map();
      return passed;
    },
  };
};

import type { Arrival } from "./arrival.ts";
import { joinedParts, type PartJoiner } from "./part-joiner.ts";
import type { Digits } from "./phone-number.ts";
import type { LinkKind, Stats } from "./stats.ts";

/** The oldest messages of the whole world are forgotten above this. */
const MESSAGES_MAX = 500_000;
const LISTENERS_MAX = 1_000;
const REMEMBERED_TEXTS = 200_000;

export interface HandsetMessage {
  /** `hs_000000000042`: ids rise over the whole simulator, so they can be compared. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly parts: number;
  readonly link: LinkKind;
  readonly receivedAt: string;
}

export interface Handsets {
  readonly newId: () => string;
  readonly receive: (arrival: Arrival) => void;
  /** What `number` got after the id `after`, oldest first. */
  readonly inbox: (number: Digits, after?: string) => readonly HandsetMessage[];
  /** Calls back on every new message; the returned function ends it. Nothing when too many listen. */
  readonly listen: (number: Digits, listener: (message: HandsetMessage) => void) => (() => void) | undefined;
  /** Texts of which some parts are still missing. */
  readonly incomplete: () => number;
}

const ID = /^hs_\d{12}$/;
export const isHandsetMessageId = (value: string): boolean => ID.test(value);

export const handsets = (stats: Stats): Handsets => {
  const inboxes = new Map<Digits, HandsetMessage[]>();
  const arrivalOrder: Digits[] = [];
  let forgotten = 0;
  const listeners = new Map<Digits, Set<(message: HandsetMessage) => void>>();
  let listening = 0;
  const joiner: PartJoiner = joinedParts(stats);
  const seen = new Set<string>();
  let sequence = 0;

  const newId = (): string => `hs_${String(++sequence).padStart(12, "0")}`;

  const countIfRepeated = ({ from, to, link }: Arrival, text: string): void => {
    const words = `${from} ${to} ${text}`;
    if (seen.has(words)) stats[link].duplicates += 1;
    seen.add(words);
    if (seen.size > REMEMBERED_TEXTS) seen.delete(seen.values().next().value!);
  };

  const forgetOldest = (): void => {
    const number = arrivalOrder[forgotten++]!;
    inboxes.get(number)?.shift();
    if (inboxes.get(number)?.length === 0) inboxes.delete(number);
    if (forgotten > 65_536) {
      arrivalOrder.splice(0, forgotten);
      forgotten = 0;
    }
  };

  const show = (arrival: Arrival, text: string, parts: number): void => {
    countIfRepeated(arrival, text);
    stats.handsets.received += 1;
    const { from, to, link } = arrival;
    const message = { id: newId(), from, text, parts, link, receivedAt: new Date().toISOString() };
    const inbox = inboxes.get(to);
    if (inbox) inbox.push(message);
    else inboxes.set(to, [message]);
    arrivalOrder.push(to);
    if (arrivalOrder.length - forgotten > MESSAGES_MAX) forgetOldest();
    for (const listener of listeners.get(to) ?? []) listener(message);
  };

  return {
    newId,
    receive: (arrival) => {
      if (!arrival.concatenation) return show(arrival, arrival.text, arrival.size ?? 1);
      const whole = joiner.add(arrival, arrival.concatenation);
      if (whole !== undefined) show(arrival, whole, arrival.concatenation.total);
    },
    inbox: (number, after) => {
      const inbox = inboxes.get(number) ?? [];
      return after === undefined ? [...inbox] : inbox.slice(firstAfter(inbox, after));
    },
    listen: (number, listener) => {
      if (listening >= LISTENERS_MAX) return undefined;
      listening += 1;
      const group = listeners.get(number) ?? new Set();
      listeners.set(number, group.add(listener));
      return () => {
        if (!group.delete(listener)) return;
        listening -= 1;
        if (group.size === 0 && listeners.get(number) === group) listeners.delete(number);
      };
    },
    incomplete: joiner.incomplete,
  };
};

/** Ids rise within an inbox, so the place is found by halving. */
const firstAfter = (inbox: readonly HandsetMessage[], after: string): number => {
  let low = 0;
  let high = inbox.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inbox[middle]!.id <= after) low = middle + 1;
    else high = middle;
  }
  return low;
};

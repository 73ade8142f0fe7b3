import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { partitionOf } from "#core/domain/partition.ts";
import type { OpenAsk, PartSet, StoredPart } from "#core/ports/traffic.ts";
import { type MemoryTables, nextCount, type PartRow } from "./tables.ts";

export const keepPart = (tables: MemoryTables, inbound: InboundMessage): void => {
  const { id, key, from, to, text, link, receivedAt, part } = inbound;
  if (part === null) throw new Error("Cannot wait for more of a text that came in one piece");
  const position = nextCount(tables);
  tables.parts.set(key, { id, position, key, from, to, text, link, receivedAt, ...part });
};

/** Keeps a whole text until the policy has been asked. */
export const keepAsk = (tables: MemoryTables, inbound: InboundMessage, conversationId: string): void => {
  const { id, key, from, to, text, link, receivedAt } = inbound;
  const set = { reference: conversationId, total: ASKED, index: partitionOf(conversationId) };
  tables.parts.set(key, { id, position: nextCount(tables), key, from, to, text, link, receivedAt, ...set });
};

/** The total of a text that waits for no parts, but until the policy has been asked. */
const ASKED = 0;

export const isAsked = ({ total }: PartSet): boolean => total === ASKED;

/** Texts that wait until the policy has been asked, in the order in which they came. */
export const openAsks = (
  tables: MemoryTables,
  partitions: readonly number[],
  except: readonly string[],
  limit: number,
): readonly OpenAsk[] => {
  const open = tables.parts
    .values()
    .filter((part) => isAsked(part))
    .toArray();
  const heads = Map.groupBy(open, ({ reference }) => reference)
    .values()
    // breakage: ask-newest-first, ask-out-of-turn
    .map((asks) => asks.reduce((a, b) => (b.position < a.position ? b : a)))
    .filter(({ key, index }) => partitions.includes(index) && !except.includes(key));
  return heads
    .toArray()
    .sort((a, b) => a.position - b.position)
    .slice(0, limit)
    .map(({ key, from, to, text, link, receivedAt, reference }) => {
      return { key, from, to, text: text!, link, receivedAt, conversationId: reference };
    });
};

/** The part waits no longer; its key stays known. */
export const consumePart = (tables: MemoryTables, key: string): void => {
  tables.joinedParts.set(key, tables.parts.get(key)!);
  tables.parts.delete(key);
};

/** Erases the words of joined parts received before an instant. */
export const eraseJoinedParts = (tables: MemoryTables, receivedBefore: number): void => {
  for (const part of tables.joinedParts.values()) if (part.receivedAt < receivedBefore) part.text = null;
};

/** Parts whose words are known, in the order in which they came. */
export const partsOf = (
  tables: MemoryTables,
  isWanted: (part: PartSet) => boolean,
): readonly StoredPart[] => {
  const known: { readonly position: number; readonly part: StoredPart }[] = [];
  const collect = (rows: Iterable<PartRow>, isJoined: boolean): void => {
    for (const { id: _, position, text, ...part } of rows)
      if (text !== null && isWanted(part)) known.push({ position, part: { ...part, text, isJoined } });
  };
  collect(tables.parts.values(), false);
  collect(tables.joinedParts.values(), true);
  return known.sort((a, b) => a.position - b.position).map(({ part }) => part);
};

export const setKey = ({ from, to, reference, total }: PartSet): string =>
  JSON.stringify([from, to, reference, total]);

import type { Page, Slice } from "#core/ports/conversations.ts";

/** One page of items in the order of their keys, which must be unique; the key of the last one is the cursor. */
export const sliceOf = <T>(
  items: Iterable<T>,
  { limit, after }: Page,
  keyOf: (item: T) => string,
  order: "ascending" | "descending" = "ascending",
): Slice<T> => {
  const sign = order === "ascending" ? 1 : -1;
  const sorted = [...items]
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === null || compare(key, after) * sign > 0)
    .sort((a, b) => compare(a.key, b.key) * sign);
  const page = sorted.slice(0, limit);
  return {
    items: page.map(({ item }) => item),
    next: sorted.length > limit ? (page.at(-1)?.key ?? null) : null,
  };
};

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A key that sorts by time, then by id. */
export const timeKey = (at: number, id: string): string => `${String(at).padStart(16, "0")}:${id}`;

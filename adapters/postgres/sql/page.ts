import type { Page, Slice } from "#core/ports/conversations.ts";

/** What sorts an item, as its cursor has it. */
interface Position {
  readonly at: number;
  readonly id: string;
}

/** The cursor of a position: `1768478400000.018f…`; null for anything that is not one. */
export const positionOf = ({ after }: Page): Position | null => {
  const [, at, id] = /^([0-9]{1,15})\.([0-9a-f-]{36})$/.exec(after ?? "") ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id };
};

/** `rows` are one more than the page holds, if there are so many. */
export const sliceOf = <Row, T>(
  rows: readonly Row[],
  { limit }: Page,
  itemOf: (row: Row) => T,
  cursorOf: (row: Row) => string,
): Slice<T> => {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(itemOf),
    next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
};

export const cursorOf = ({ at, id }: Position): string => `${at}.${id}`;

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page; null: this is the last. */
  readonly next: string | null;
}

/** A list, read page by page as it is iterated: `for await (const each of client.numbers.list()) …`. */
export interface Listing<Answer extends Page<unknown>> extends AsyncIterable<Answer["items"][number]> {
  /** One page with all that is answered beside its items; `cursor` is `next` of the page before. */
  page(cursor?: string): Promise<Answer>;
}

export const listing = <Answer extends Page<unknown>>(
  read: (cursor: string | undefined) => Promise<Answer>,
): Listing<Answer> => ({
  page: (cursor) => read(cursor),
  async *[Symbol.asyncIterator]() {
    let cursor: string | undefined;
    do {
      const { items, next }: Answer = await read(cursor);
      yield* items;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  },
});

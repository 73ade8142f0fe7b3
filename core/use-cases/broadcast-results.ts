import type { LineState } from "#core/domain/broadcast.ts";
import type { Broadcasts, LineResult } from "#core/ports/broadcasts.ts";

/** Lines that are read together. */
const PAGE = 1_000;

/** What has become of each line, page by page; null: there is no such broadcast. */
export const broadcastResults =
  ({ broadcasts }: { readonly broadcasts: Broadcasts }) =>
  async (id: string, state: LineState | null): Promise<AsyncIterable<readonly LineResult[]> | null> =>
    (await broadcasts.get(id)) ? pagesOf(broadcasts, id, state) : null;

async function* pagesOf(
  broadcasts: Broadcasts,
  id: string,
  state: LineState | null,
): AsyncIterable<readonly LineResult[]> {
  let after = 0;
  for (;;) {
    const page = await broadcasts.results(id, state, after, PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.line;
  }
}

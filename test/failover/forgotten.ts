import type { Simulator } from "#apps/simulator/simulator.ts";
import { publicId } from "#core/domain/public-id.ts";
import type { Side } from "#test/apps/gateway/people.ts";
import { API_SECRET, type StartedApi } from "#test/bench/parts/api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const ANSWER_MS = 10_000;

interface Page {
  readonly items: readonly { readonly text: string | null }[];
  readonly next: string | null;
}

/**
 * Texts that a handset has shown and that no conversation knows any more: they were acknowledged and written, gone on from, and are not in
 * the database that came after.
 */
export const forgottenTexts = async (
  { port }: StartedApi,
  simulator: Simulator,
  sides: readonly Side[],
): Promise<number> => {
  const page = (conversation: string, cursor: string | null): Promise<Page> =>
    eventually(
      async () => {
        const query = `limit=200${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
        const reply = await fetch(
          `http://127.0.0.1:${port}/v1/conversations/${publicId("cnv", conversation)}/messages?${query}`,
          {
            headers: { authorization: `Bearer ${API_SECRET}` },
            signal: AbortSignal.timeout(ANSWER_MS),
          },
        ).catch(() => null);
        return reply?.ok && ((await reply.json()) as Page);
      },
      "the API answers",
      60_000,
    );
  const known = new Map<string, Set<string>>();
  for (const conversation of new Set(sides.map((side) => side.conversation))) {
    const texts = new Set<string>();
    for (let cursor: string | null = null; ; ) {
      const { items, next }: Page = await page(conversation, cursor);
      for (const { text } of items) if (text !== null) texts.add(text);
      if (next === null) break;
      cursor = next;
    }
    known.set(conversation, texts);
  }
  return sides.reduce((sum, { conversation, other, shownAs }) => {
    const shown = simulator.inbox(other).filter(({ from }) => from === shownAs);
    const unknown = new Set(shown.map(({ text }) => text)).difference(known.get(conversation)!);
    return sum + unknown.size;
  }, 0);
};

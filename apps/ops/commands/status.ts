import { type Command, take } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const countsOf = (words: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ") || "none";
};

export const STATUS_COMMANDS: readonly Command[] = [
  {
    words: "status",
    about: "Whether it is ready, and how links, numbers and webhooks are, in a few lines",
    run: async (_, { client, show }) => {
      const [ready, links, pool, endpoints] = await Promise.all([
        client.raw("GET", "/readyz"),
        client.links.list().page(),
        client.pool.get(),
        take(client.webhookEndpoints.list(), 1_000),
      ]);
      const data = {
        ready: ready.body,
        links: links.items.map(({ name, process, state }) => ({ name, process, state })),
        pool: pool.items,
        webhooks: endpoints.map(({ id, state, failingSince }) => ({ id, state, failingSince })),
      };
      const numbers = pool.items.map(
        ({ country, numbers, headRoom }) => `${country} ${numbers.active} (head-room ${headRoom})`,
      );
      show({
        data,
        lines: fieldsOf({
          api: "ready",
          links: countsOf(links.items.map(({ state }) => state)),
          numbers: numbers.join(", ") || "none",
          webhooks: countsOf(
            endpoints.map(({ state, failingSince }) =>
              state === "active" && failingSince !== null ? "failing" : state,
            ),
          ),
        }),
      });
      return true;
    },
  },
  {
    words: "failures",
    options: { since: { value: "TIME", about: "RFC 3339 (a day ago)" } },
    about: "Why texts did not arrive, with what to do about it",
    run: async ({ options }, { client, show }) => {
      const { since } = options as { since?: string };
      const { items } = await client.failures.list(since === undefined ? {} : { since }).page();
      show({
        data: items,
        lines: tableOf(items, [
          ["code", ({ code }) => code],
          ["count", ({ count }) => count],
          ["last", ({ lastAt }) => lastAt],
          ["meaning", ({ meaning }) => meaning],
          ["advice", ({ advice }) => advice],
        ]),
      });
      return true;
    },
  },
];

import type { FeedEvent } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown } from "#apps/ops/command.ts";
import { tableOf } from "#apps/ops/table.ts";

const lineOf = ({ timestamp, type, subject, data }: FeedEvent): string =>
  tableOf(
    [{ timestamp, type, subject, data: JSON.stringify(data) }],
    [
      ["at", (event) => event.timestamp],
      ["type", (event) => event.type.padEnd(22)],
      ["subject", (event) => event.subject],
      ["data", (event) => event.data],
    ],
  )[1]!;

const shown = (events: readonly FeedEvent[]): Shown => ({
  data: events,
  lines: events.length === 0 ? ["None"] : events.map(lineOf),
});

export const EVENT_COMMANDS: readonly Command[] = [
  {
    words: "events",
    options: {
      ...LIMITED,
      follow: { about: "Shows what happens as it happens, until Ctrl-C; with --json an event a line" },
      after: {
        value: "CURSOR",
        about: "What came after an event; first: all that is kept (first, or now with --follow)",
      },
      types: { value: "TYPES", about: "Only these, such as message.*,link.down" },
    },
    about: "What has happened",
    run: async (given, { client, show, signal }) => {
      const { follow, after, types } = given.options as { follow?: boolean; after?: string; types?: string };
      if (follow !== true) {
        const query = { after: after ?? "first", types, limit: limitOf(given) };
        show(shown((await client.events.page(query)).items));
        return true;
      }
      const asked = { after, types: types?.split(","), signal };
      try {
        for await (const event of client.events(asked)) show({ data: event, lines: [lineOf(event)] });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return true;
    },
  },
];

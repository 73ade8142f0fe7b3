import { type Command, LIMITED, limitOf, take } from "#apps/ops/command.ts";
import { tableOf } from "#apps/ops/table.ts";

const text = (value: unknown): string => (value === undefined ? "" : String(value));

export const AUDIT_COMMANDS: readonly Command[] = [
  {
    words: "audit",
    options: {
      ...LIMITED,
      subject: { value: "ID", about: "Only what was done to it" },
      action: { value: "ACTION", about: "Only this, such as conversation.close" },
    },
    about: "Who did what, the newest first",
    run: async (given, { client, show }) => {
      const { subject, action } = given.options as { readonly subject?: string; readonly action?: string };
      const query = { ...(subject && { subject }), ...(action && { action }) };
      const entries = await take(client.audit.list(query), limitOf(given));
      show({
        data: entries,
        lines: tableOf(entries, [
          ["position", ({ position }) => position],
          ["at", ({ at }) => at],
          ["actor", ({ actor }) => actor],
          ["via", ({ via }) => via],
          ["action", ({ action }) => action],
          ["step", ({ data }) => text(data.step)],
          ["subjects", ({ subjects }) => subjects.join(" ")],
        ]),
      });
      return true;
    },
  },
];

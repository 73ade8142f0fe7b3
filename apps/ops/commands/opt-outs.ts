import type { OptOut } from "#apps/client/main.ts";
import type { Command, Shown } from "#apps/ops/command.ts";
import { fieldsOf } from "#apps/ops/table.ts";

const shown = (optOut: OptOut): Shown => ({
  data: optOut,
  lines: fieldsOf({
    number: optOut.number,
    since: optOut.since,
    source: optOut.source,
    word: optOut.word,
    scope: optOut.scope,
  }),
});

const TAKES = [{ name: "NUMBER" }] as const;
const SERVICE = { service: { value: "SERVICE", about: "The id or slug of a service (default)" } } as const;
const serviceOf = ({ service }: Readonly<Record<string, unknown>>) =>
  service === undefined ? {} : { service: service as string };

export const OPT_OUT_COMMANDS: readonly Command[] = [
  {
    words: "opt-out show",
    takes: TAKES,
    options: SERVICE,
    about: "Whether somebody wants no texts, and since when",
    run: async ({ args: [number], options }, { client, show }) => {
      show(shown(await client.optOuts.get(number!, serviceOf(options))));
      return true;
    },
  },
  {
    words: "opt-out add",
    takes: TAKES,
    options: SERVICE,
    about: "Sends somebody no more texts",
    run: async ({ args: [number], options }, { client, show }) => {
      show(shown(await client.optOuts.add({ number: number!, ...serviceOf(options) })));
      return true;
    },
  },
  {
    words: "opt-out remove",
    takes: TAKES,
    options: SERVICE,
    about: "Sends somebody texts again, who has said so elsewhere",
    run: async ({ args: [number], options }, { client, show }) => {
      await client.optOuts.remove(number!, serviceOf(options));
      show({ data: { removed: number }, lines: [`${number} gets texts again`] });
      return true;
    },
  },
];

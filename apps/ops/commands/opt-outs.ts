import type { Client, OptOut } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown, take, usageError } from "#apps/ops/command.ts";
import { linesOf } from "#apps/ops/lines.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

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

const scopeOf = ({ scope }: Readonly<Record<string, unknown>>) => {
  if (scope === undefined) return {};
  if (scope !== "service" && scope !== "all") throw usageError("--scope takes service or all");
  return { scope } as const;
};

/** So many the API takes at a time. */
const IMPORT_MAX = 10_000;
type Body = Parameters<Client["optOuts"]["import"]>[0];

export const OPT_OUT_COMMANDS: readonly Command[] = [
  {
    words: "opt-outs",
    options: { ...LIMITED, ...SERVICE },
    about: "Who wants no texts",
    run: async (given, { client, show }) => {
      const optOuts = await take(client.optOuts.list(serviceOf(given.options)), limitOf(given));
      show({
        data: optOuts,
        lines: tableOf(optOuts, [
          ["number", ({ number }) => number],
          ["since", ({ since }) => since],
          ["source", ({ source }) => source],
          ["word", ({ word }) => word],
          ["scope", ({ scope }) => scope],
        ]),
      });
      return true;
    },
  },
  {
    words: "blocks",
    options: { ...LIMITED, ...SERVICE },
    about: "Who has blocked whom",
    run: async (given, { client, show }) => {
      const blocks = await take(client.blocks.list(serviceOf(given.options)), limitOf(given));
      show({
        data: blocks,
        lines: tableOf(blocks, [
          ["id", ({ id }) => id],
          ["conversation", ({ conversationId }) => conversationId],
          ["blocker", ({ blocker }) => blocker],
          ["blocked", ({ blocked }) => blocked],
          ["since", ({ since }) => since],
        ]),
      });
      return true;
    },
  },
  {
    words: "block remove",
    takes: [{ name: "ID" }],
    about: "Takes a block back",
    run: async ({ args: [id] }, { client, show }) => {
      await client.blocks.remove(id!);
      show({ data: { removed: id }, lines: [`${id} is taken back`] });
      return true;
    },
  },
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
    options: {
      ...SERVICE,
      scope: { value: "SCOPE", about: "service, or all: from no service (service)" },
    },
    about: "Sends somebody no more texts",
    run: async ({ args: [number], options }, { client, show }) => {
      show(shown(await client.optOuts.add({ number: number!, ...scopeOf(options), ...serviceOf(options) })));
      return true;
    },
  },
  {
    words: "opt-out import",
    takes: [{ name: "FILE" }],
    options: SERVICE,
    about:
      "Takes over a list kept elsewhere: a file of lines of JSON, each {number, scope?, since?}, or - for what comes in",
    run: async ({ args: [file], options }, { client, read, show }) => {
      const lines = linesOf(await read(file!));
      let [accepted, refusedCount] = [0, 0];
      const refused: { readonly line: number; readonly detail: string }[] = [];
      for (let at = 0; at < lines.length; at += IMPORT_MAX) {
        const body = lines.slice(at, at + IMPORT_MAX) as Body;
        const answer = await client.optOuts.import(body, serviceOf(options));
        accepted += answer.accepted;
        refusedCount += answer.refusedCount;
        refused.push(...answer.refused.map(({ line, detail }) => ({ line: line + at, detail })));
      }
      show({
        data: { accepted, refusedCount, refused },
        lines: [
          ...fieldsOf({ accepted, refused: refusedCount }),
          ...refused.map(({ line, detail }) => `line ${line}: ${detail}`),
        ],
      });
      return refusedCount === 0;
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

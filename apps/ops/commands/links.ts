import type { Client, Link, LinkSetting } from "#apps/client/main.ts";
import type { Command, Given, Shown } from "#apps/ops/command.ts";
import { usageError } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const shownLinks = (links: readonly Link[]): Shown => ({
  data: links,
  lines: [
    ...tableOf(links, [
      ["name", ({ name }) => name],
      ["process", ({ process }) => process],
      ["state", ({ state }) => state],
      ["in flight", ({ inFlight, window }) => `${inFlight}/${window}`],
      ["rate", ({ rate }) => rate],
      ["sent", ({ sent }) => sent],
      ["throttled", ({ throttled }) => throttled],
      ["since", ({ since }) => since],
    ]),
    ...links.flatMap(({ name, process, reason }) =>
      reason === null ? [] : [`${name} of ${process}: ${reason.detail} (${reason.name})`],
    ),
  ],
});

const shownSetting = (setting: LinkSetting): Shown => ({
  data: setting,
  lines: fieldsOf({
    link: setting.name,
    paused: setting.paused ? "yes" : "no",
    window: setting.window ?? "as set up",
    rate: setting.rate ?? "as set up",
    restarts: setting.restarts,
    changed: `${setting.changedAt} by ${setting.changedBy}`,
  }),
});

const NAME = { name: "NAME" } as const;

const verb = (
  words: string,
  about: string,
  call: (client: Client, name: string) => Promise<LinkSetting>,
): Command => ({
  words,
  takes: [NAME],
  about,
  run: async ({ args: [name] }, { client, show }) => {
    show(shownSetting(await call(client, name!)));
    return true;
  },
});

/** `window=20 rate=none`: none is as the processes are set up. */
const boundsIn = (words: readonly string[]): { window?: number | null; rate?: number | null } => {
  const bounds: { window?: number | null; rate?: number | null } = {};
  for (const word of words) {
    const [, name, value] = /^(window|rate)=(none|\d{1,9})$/.exec(word) ?? [];
    if (name === undefined) throw usageError(`"${word}" is not like window=20, rate=50 or rate=none`);
    bounds[name as "window" | "rate"] = value === "none" ? null : Number(value);
  }
  if (words.length === 0) throw usageError('"link set" needs window=N, rate=N or both');
  return bounds;
};

export const LINK_COMMANDS: readonly Command[] = [
  {
    words: "links",
    about: "The carrier links of all processes, and what is wrong with them",
    run: async (_: Given, { client, show }) => {
      show(shownLinks((await client.links.list().page()).items));
      return true;
    },
  },
  verb("link pause", "Sends nothing over the links of a name until they are resumed", (client, name) =>
    client.links.pause(name),
  ),
  verb("link resume", "Sends over them again", (client, name) => client.links.resume(name)),
  verb("link restart", "Finishes what is under way over them, and connects them anew", (client, name) =>
    client.links.restart(name),
  ),
  {
    words: "link set",
    takes: [NAME, { name: "window=N|rate=N", times: "*" }],
    about: "Sets their window, and the rate of their account; none: as the processes are set up",
    run: async ({ args: [name, ...words] }, { client, show }) => {
      show(shownSetting(await client.links.patch(name!, boundsIn(words))));
      return true;
    },
  },
];

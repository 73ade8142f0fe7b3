import type { Number as VirtualNumber } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown, take, usageError } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const shownNumbers = (numbers: readonly VirtualNumber[]): Shown => ({
  data: numbers,
  lines: tableOf(numbers, [
    ["number", ({ number }) => number],
    ["service", ({ service }) => service],
    ["country", ({ country }) => country],
    ["state", ({ state }) => state],
    ["live", ({ liveRoutes }) => liveRoutes],
    ["quarantined", ({ quarantinedRoutes }) => quarantinedRoutes],
    ["added", ({ addedAt }) => addedAt],
  ]),
});

const shownNumber = (number: VirtualNumber): Shown => ({ ...shownNumbers([number]), data: number });

const SERVICE = { service: { value: "SERVICE", about: "The id or slug of a service (default)" } } as const;
const serviceOf = ({ service }: Readonly<Record<string, unknown>>) =>
  service === undefined ? {} : { service: service as string };

const NUMBER = { name: "NUMBER" } as const;

export const NUMBER_COMMANDS: readonly Command[] = [
  {
    words: "numbers",
    options: { ...LIMITED, ...SERVICE },
    about: "The virtual numbers that are rented",
    run: async (given, { client, show }) => {
      show(shownNumbers(await take(client.numbers.list(serviceOf(given.options)), limitOf(given))));
      return true;
    },
  },
  {
    words: "number add",
    takes: [NUMBER],
    options: { ...SERVICE, reserved: { about: "It is never chosen, only given" } },
    about: "Takes up a number that is rented already",
    run: async ({ args: [number], options }, { client, show }) => {
      const state = options.reserved === true ? ({ state: "reserved" } as const) : {};
      const body = { number: number!, ...state, ...serviceOf(options) };
      show(shownNumber(await client.numbers.register(body)));
      return true;
    },
  },
  {
    words: "number rent",
    takes: [{ name: "COUNTRY" }, { name: "COUNT", times: "?" }],
    options: SERVICE,
    about: "Rents numbers of a country from the carrier",
    run: async ({ args: [country, words = "1"], options }, { client, show }) => {
      const count = Number(words);
      if (!Number.isInteger(count)) throw usageError(`"${words}" is no number of numbers`);
      const { items } = await client.numbers.rent({ country: country!, count, ...serviceOf(options) });
      show(shownNumbers(items));
      return true;
    },
  },
  {
    words: "number drain",
    takes: [NUMBER],
    about: "Gives a number to no new conversation",
    run: async ({ args: [number] }, { client, show }) => {
      show(shownNumber(await client.numbers.drain(number!)));
      return true;
    },
  },
  {
    words: "number release",
    takes: [NUMBER],
    about: "Gives a number back to the carrier, once no route is left",
    run: async ({ args: [number] }, { client, show }) => {
      await client.numbers.release(number!);
      show({ data: { released: number }, lines: [`Released ${number}`] });
      return true;
    },
  },
  {
    words: "pool",
    options: SERVICE,
    about: "The numbers of each country, how many are needed, and what is left",
    run: async ({ options }, { client, show }) => {
      const { items } = await client.pool.get(serviceOf(options));
      show({
        data: items,
        lines: tableOf(items, [
          ["service", ({ service }) => service],
          ["country", ({ country }) => country],
          ["active", ({ numbers }) => numbers.active],
          ["draining", ({ numbers }) => numbers.draining],
          ["live", ({ liveRoutes }) => liveRoutes],
          ["quarantined", ({ quarantinedRoutes }) => quarantinedRoutes],
          ["minimum", ({ minimum }) => minimum],
          ["head-room", ({ headRoom }) => headRoom],
        ]),
      });
      return true;
    },
  },
  {
    words: "route explain",
    takes: [{ name: "FROM" }, { name: "TO" }],
    options: {
      at: { value: "TIME", about: "Who was behind TO for FROM then, RFC 3339" },
      text: { value: "TEXT", about: "What the text would say" },
    },
    about: "What a text from a handset to a virtual number would do; sends nothing",
    run: async ({ args: [from, to], options }, { client, show }) => {
      const { at, text } = options as { at?: string; text?: string };
      const explanation = await client.routes.explain({
        ...{ from: from!, to: to! },
        ...(at !== undefined && { at }),
        ...(text !== undefined && { text }),
      });
      show({
        data: explanation,
        lines: fieldsOf({
          outcome: explanation.outcome,
          reason: explanation.reason,
          command: explanation.command,
          conversation: explanation.conversationId,
          recipient: explanation.recipient,
          "goes to": explanation.recipientNumber,
          "shown as": explanation.shownNumber,
          since: explanation.since,
          until: explanation.until,
        }),
      });
      return true;
    },
  },
];

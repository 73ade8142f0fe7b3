import type { Service } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown, take, usageError } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const shown = ({ rules, ...service }: Service): Shown => ({
  data: { ...service, rules },
  lines: fieldsOf({
    ...{
      id: service.id,
      slug: service.slug,
      name: service.name,
      version: service.version,
      created: service.createdAt,
    },
    ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, JSON.stringify(rule)])),
  }),
});

const SERVICE = { name: "SERVICE" } as const;
const OPTIONS = {
  name: { value: "NAME", about: "What our notices call it" },
  rules: { value: "FILE", about: "Its rules, as JSON; they take the place of all that there were" },
} as const;

const wished = async (
  { name, rules }: Readonly<Record<string, unknown>>,
  read: (path: string) => Promise<string>,
): Promise<{ readonly name?: string; readonly rules?: object }> => ({
  ...(name !== undefined && { name: name as string }),
  ...(rules !== undefined && { rules: rulesIn(await read(rules as string)) }),
});

const rulesIn = (text: string): object => {
  try {
    const rules: unknown = JSON.parse(text);
    if (typeof rules === "object" && rules !== null) return rules;
  } catch {
    // Said below.
  }
  throw usageError("--rules names a file that is no JSON object");
};

export const SERVICE_COMMANDS: readonly Command[] = [
  {
    words: "services",
    options: LIMITED,
    about: "The services, each with its own numbers, conversations and rules",
    run: async (given, { client, show }) => {
      const services = await take(client.services.list(), limitOf(given));
      show({
        data: services,
        lines: tableOf(services, [
          ["slug", ({ slug }) => slug],
          ["id", ({ id }) => id],
          ["name", ({ name }) => name],
          ["rules", ({ rules }) => Object.keys(rules)],
          ["created", ({ createdAt }) => createdAt],
        ]),
      });
      return true;
    },
  },
  {
    words: "service show",
    takes: [SERVICE],
    about: "A service and its rules",
    run: async ({ args: [service] }, { client, show }) => {
      show(shown(await client.services.get(service!)));
      return true;
    },
  },
  {
    words: "service add",
    takes: [{ name: "SLUG" }],
    options: OPTIONS,
    about: "Makes a service; its slug is for good",
    run: async ({ args: [slug], options }, { client, read, show }) => {
      show(shown(await client.services.add({ slug: slug!, ...(await wished(options, read)) })));
      return true;
    },
  },
  {
    words: "service set",
    takes: [SERVICE],
    options: OPTIONS,
    about: "Changes the name of a service, or its rules",
    run: async ({ args: [service], options }, { client, read, show }) => {
      const change = await wished(options, read);
      if (Object.keys(change).length === 0) throw usageError('"service set" needs --name or --rules');
      show(shown(await client.services.patch(service!, change)));
      return true;
    },
  },
  {
    words: "service remove",
    takes: [SERVICE],
    about: "Takes a service away that nothing belongs to any more",
    run: async ({ args: [service] }, { client, show }) => {
      await client.services.remove(service!);
      show({ data: { removed: service }, lines: [`${service} is gone`] });
      return true;
    },
  },
];

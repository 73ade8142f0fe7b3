import { parseArgs } from "node:util";
import { fail, ok, type Result } from "#core/result.ts";
import type { Command, Given } from "./command.ts";

export interface Globals {
  readonly json: boolean;
  readonly url: string | undefined;
  readonly key: string | undefined;
}

export type Parsed =
  /** `command`: null: of all commands. */
  | { readonly kind: "help"; readonly command: Command | null }
  | { readonly kind: "run"; readonly command: Command; readonly given: Given; readonly globals: Globals };

export const GLOBAL_OPTIONS = {
  json: { about: "Shows JSON, for programs" },
  url: { value: "URL", about: "Where the API is (SMS_PROXY_URL, else http://127.0.0.1:3000)" },
  key: {
    value: "KEY",
    about: "A key of its API_KEYS; other users of the machine see it here, so SMS_PROXY_KEY is better",
  },
  help: { about: "Shows this, or with a command what it takes" },
} as const;

type Options = NonNullable<Command["options"]>;

/** Reads what stands behind the name of the program; an error is a sentence for people. */
export const parseWords = (
  commands: readonly Command[],
  words: readonly string[],
): Result<Parsed, string> => {
  const all: Options = Object.assign({}, ...commands.map(({ options }) => options), GLOBAL_OPTIONS);
  const options = Object.fromEntries(
    Object.entries(all).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  let read: { readonly values: Record<string, unknown>; readonly positionals: readonly string[] };
  try {
    read = parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    return fail((error as Error).message.split(". ")[0]!);
  }
  const values = read.values as Given["options"];
  const found = commandOf(commands, read.positionals);
  if (values.help === true || read.positionals.length === 0)
    return ok({ kind: "help", command: found?.command ?? null });
  if (found === null) return fail(`There is no command "${read.positionals.slice(0, 2).join(" ")}"`);
  const { command, args } = found;
  const own = { ...command.options, ...GLOBAL_OPTIONS };
  const stranger = Object.keys(values).find((name) => !Object.hasOwn(own, name));
  if (stranger !== undefined) return fail(`"${command.words}" takes no --${stranger}`);
  const problem = problemOf(command, args);
  if (problem !== null) return fail(problem);
  const { json, url, key, ...rest } = values;
  const globals = { json: json === true, url: url as string | undefined, key: key as string | undefined };
  return ok({ kind: "run", command, given: { args, options: rest }, globals });
};

/** The command with the most words that these begin with. */
const commandOf = (commands: readonly Command[], words: readonly string[]) => {
  for (const count of [2, 1]) {
    const command = commands.find((each) => each.words === words.slice(0, count).join(" "));
    if (command !== undefined && words.length >= count) return { command, args: words.slice(count) };
  }
  return null;
};

const problemOf = ({ words, takes = [] }: Command, args: readonly string[]): string | null => {
  const missing = takes[args.length];
  if (missing !== undefined && missing.times === undefined) return `"${words}" needs ${missing.name}`;
  const isOpen = takes.at(-1)?.times === "*";
  if (args.length > takes.length && !isOpen) return `"${words}" does not take "${args[takes.length]}"`;
  return null;
};

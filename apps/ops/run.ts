import { createClient, problemOf } from "#apps/client/main.ts";
import type { Environment } from "#apps/process/settings/settings.ts";
import { isUsageError, type OpsContext, type Shown } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { helpOf, helpOfCommand } from "./help.ts";
import { type Globals, parseWords } from "./parse.ts";

/** What a call has of the machine. */
export interface OpsPorts {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly read: OpsContext["read"];
  readonly now: () => number;
}

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const URL_DEFAULT = "http://127.0.0.1:3000";

/** A call of the CLI, such as `["link", "pause", "smpp-1"]`; answers the exit code. Rejects with faults of our own. */
export const runOps = async (words: readonly string[], ports: OpsPorts): Promise<number> => {
  const { out, err } = ports;
  const parsed = parseWords(COMMANDS, words);
  if (!parsed.ok) {
    err(parsed.error);
    err('"--help" shows what can be said');
    return EXIT.usage;
  }
  if (parsed.value.kind === "help") {
    const { command } = parsed.value;
    for (const line of command === null ? helpOf(COMMANDS) : helpOfCommand(command)) out(line);
    return EXIT.done;
  }
  const { command, given, globals } = parsed.value;
  const context = contextOf(globals, ports);
  if (typeof context === "string") {
    err(context);
    return EXIT.usage;
  }
  if (!context.hasKey && command.needsNoKey !== true) {
    err("There is no key: set SMS_PROXY_KEY to one of the API's API_KEYS");
    return EXIT.usage;
  }
  try {
    return (await command.run(given, context)) ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (isUsageError(error)) {
      err(error.message);
      return EXIT.usage;
    }
    if (ports.signal.aborted) return EXIT.failed;
    const problem = problemOf(error);
    if (problem === null) throw error;
    err(`${problem.title}: ${problem.detail}`);
    if (problem.kind === "invalid-request")
      for (const { path, message } of problem.errors) err(`  ${path} ${message}`);
    if (problem.requestId !== null) err(`  The server's log has it as ${problem.requestId}`);
    return EXIT.failed;
  }
};

const contextOf = ({ json, url, key }: Globals, ports: OpsPorts): OpsContext | string => {
  const { environment, signal, out, read, now } = ports;
  const baseUrl = url ?? environment.SMS_PROXY_URL ?? URL_DEFAULT;
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    return `"${baseUrl}" is no address such as https://sms.example.com`;
  const apiKey = key ?? environment.SMS_PROXY_KEY ?? null;
  const show = ({ data, lines }: Shown): void => {
    if (json) out(JSON.stringify(data));
    else for (const line of lines) out(line);
  };
  const client = createClient({ baseUrl, apiKey, retries: 1 });
  return { client, hasKey: apiKey !== null, environment, signal, show, read, now };
};

import type { Client } from "#apps/client/main.ts";
import type { Environment } from "#apps/process/settings/settings.ts";

/** What a command shows: `data` for programs, `lines` for people. */
export interface Shown {
  readonly data: unknown;
  readonly lines: readonly string[];
}

export interface Given {
  /** Those that the command takes, in order; what may be left out may be missing at the end. */
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** What a command has to work with. */
export interface OpsContext {
  readonly client: Client;
  /** Whether there is a key; without one the client can ask for little. */
  readonly hasKey: boolean;
  readonly environment: Environment;
  /** Aborted when somebody has enough. */
  readonly signal: AbortSignal;
  readonly show: (shown: Shown) => void;
  /** The text of a file; `-`: what comes in. */
  readonly read: (path: string) => Promise<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Taken {
  readonly name: string;
  /** `?`: it may be left out; `*`: any number of them, at the end. */
  readonly times?: "?" | "*";
}

export interface Option {
  /** What it takes, such as `TIME`; absent: nothing, it is said or not. */
  readonly value?: string;
  readonly about: string;
}

/** A command as data: how it is called, what it takes, and what it does. */
export interface Command {
  /** One or two. */
  readonly words: string;
  readonly takes?: readonly Taken[];
  readonly options?: Readonly<Record<string, Option>>;
  /** One sentence for people. */
  readonly about: string;
  /** It works without a key, as far as it goes. */
  readonly needsNoKey?: true;
  /** Answers whether all is well; rejects with a ProblemError of the client, or with a {@link usageError}. */
  readonly run: (given: Given, context: OpsContext) => Promise<boolean>;
}

const USAGE = "UsageError";

/** Somebody has said something that the command does not take. */
export const usageError = (message: string): Error => Object.assign(new Error(message), { name: USAGE });

export const isUsageError = (error: unknown): error is Error =>
  error instanceof Error && error.name === USAGE;

/** All of a list, at most `most`. */
export const take = async <T>(items: AsyncIterable<T>, most: number): Promise<readonly T[]> => {
  const taken: T[] = [];
  if (most <= 0) return taken;
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= most) break;
  }
  return taken;
};

/** How many a list shows unless `--limit` says otherwise. */
const LIMIT = 50;

export const LIMITED = {
  limit: { value: "N", about: `How many at most (${LIMIT})` },
} as const;

export const limitOf = ({ options }: Given): number => {
  const said = options.limit;
  if (said === undefined) return LIMIT;
  const limit = Number(said);
  if (!Number.isInteger(limit) || limit < 1) throw usageError("--limit takes a whole number from 1");
  return limit;
};

import type { CommandKind } from "#core/domain/wishes/command.ts";

/** The judge's own list: exactly the words that people in this world use. */
const COMMANDS: Readonly<Record<string, CommandKind>> = {
  STOP: "stop",
  STOPALL: "stop",
  START: "start",
  HELP: "help",
  BLOCK: "block",
  UNBLOCK: "unblock",
};

export const commandIn = (text: string): CommandKind | null => COMMANDS[text] ?? null;

/** The one word that is meant for all services. */
export const isForAll = (text: string): boolean => text === "STOPALL";

import type { CommandKind } from "#core/domain/wishes/command.ts";

/** The judge's own list: exactly the words that people in this world use. */
const COMMANDS: Readonly<Record<string, CommandKind>> = {
  STOP: "stop",
  START: "start",
  HELP: "help",
  BLOCK: "block",
  UNBLOCK: "unblock",
};

export const commandIn = (text: string): CommandKind | null => COMMANDS[text] ?? null;

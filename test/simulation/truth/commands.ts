import type { Command } from "#core/domain/command.ts";

/** The judge's own list: exactly the words that people in this world use. */
const COMMANDS: Readonly<Record<string, Command>> = {
  STOP: "stop",
  START: "start",
  HELP: "help",
  BLOCK: "block",
};

export const commandIn = (text: string): Command | null => COMMANDS[text] ?? null;

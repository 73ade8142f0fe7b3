import type { CommandKind } from "#core/domain/wishes/command.ts";

/** The judge's own list: exactly the words that people in this world use. */
const COMMANDS: Readonly<Record<string, CommandKind>> = {
  STOP: "stop",
  STOPALL: "stop",
  START: "start",
  BLOCK: "block",
  UNBLOCK: "unblock",
};

/** What is a command only as answer to a text of ours; THIS to the confirmation of a STOP. */
const ANSWERS: Readonly<Record<string, CommandKind>> = { CANCEL: "stop", HELP: "help", THIS: "start" };

export const answerIn = (text: string): CommandKind | null => ANSWERS[text] ?? null;

export const commandIn = (text: string): CommandKind | null => COMMANDS[text] ?? null;

/** The one word that is meant for all services. */
export const isForAll = (text: string): boolean => text === "STOPALL";

import type { Command } from "./command.ts";

/**
 * The words that are meant for us. The lists for automated texts (CTIA Messaging Principles 5.1.3; 47 CFR 64.1200(a)(10))
 * also have END, QUIT, CANCEL and REVOKE, and carriers add YES and INFO. Those are answers that two people give each
 * other ("Cancel it?" - "Cancel."), and a word taken for a command never reaches the person it was written to: they are
 * relayed.
 */
const COMMAND_BY_WORD: ReadonlyMap<string, Command> = new Map([
  // breakage: stop-is-a-text
  ["stop", "stop"],
  ["stopall", "stop"],
  ["stop all", "stop"],
  ["unsubscribe", "stop"],
  ["optout", "stop"],
  ["opt out", "stop"],
  ["opt-out", "stop"],
  ["start", "start"],
  ["unstop", "start"],
  ["help", "help"],
  ["block", "block"],
]);

/** Longer texts are never looked at: the longest word, quoted and with an excited end. */
const COMMAND_LENGTH_MAX = 40;

/** Quotes copied from our instructions ("Reply STOP"), and any punctuation at the end. */
const AROUND = /^["'“”‘’«»\s]+|[\s\p{P}]+$/gu;

/**
 * The command that the whole text is, in any case, with quotes and trailing punctuation ignored; null for everything
 * else, which is for the other participant. `Help!` is a cry to the other one, not a question to us, and is relayed.
 */
export const commandOf = (text: string): Command | null => {
  if (text.length > COMMAND_LENGTH_MAX) return null;
  const command = COMMAND_BY_WORD.get(text.replace(AROUND, "").toLowerCase()) ?? null;
  return command === "help" && text.includes("!") ? null : command;
};

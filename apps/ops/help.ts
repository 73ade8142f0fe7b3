import type { Command, Option, Taken } from "./command.ts";
import { GLOBAL_OPTIONS } from "./parse.ts";

const shownTaken = ({ name, times }: Taken): string => {
  if (times === undefined) return name;
  return times === "?" ? `[${name}]` : `[${name} ...]`;
};

const callOf = ({ words, takes = [] }: Command): string => [words, ...takes.map(shownTaken)].join(" ");

const aligned = (pairs: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

const optionLines = (options: Readonly<Record<string, Option>>): readonly string[] =>
  aligned(
    Object.entries(options).map(([name, { value, about }]) => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      about,
    ]),
  );

/** What can be said, of all commands. */
export const helpOf = (commands: readonly Command[]): readonly string[] => [
  "Usage: sms-proxy COMMAND [--json] [--url URL] [--key KEY], or npm run ops -- COMMAND ...",
  "",
  ...aligned(commands.map((command) => [callOf(command), command.about])),
  "",
  ...optionLines(GLOBAL_OPTIONS),
];

/** The same of one. */
export const helpOfCommand = (command: Command): readonly string[] => {
  const { options = {} } = command;
  return [
    `Usage: sms-proxy ${callOf(command)}`,
    "",
    command.about,
    "",
    ...optionLines({ ...options, ...GLOBAL_OPTIONS }),
  ];
};

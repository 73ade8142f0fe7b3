import { existsSync } from "node:fs";
import { type Environment, readSettings, type SettingsMode, type SettingsRead } from "./settings.ts";

/** The environment of this process, and for what is absent there a file `.env` in the working folder. */
export const loadEnvironment = (): Environment => {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
};

/** The settings of this process. With a problem it prints them all and ends the process, in which nothing runs yet. */
export const loadSettings = (
  mode: SettingsMode,
  environment: Environment = loadEnvironment(),
): SettingsRead => {
  const read = readSettings(environment, mode);
  if (read.ok) return read.value;
  for (const problem of read.error) console.error(problem);
  process.exit(1);
};

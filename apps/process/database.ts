import { resolve } from "node:path";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { describeEmbeddedPostgresFailure } from "#adapters/embedded-postgres/failure.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import type { Journal } from "#core/ports/journal.ts";
import { fail, ok } from "#core/result.ts";
import type { Component } from "./components.ts";

/** Where the database is, for a program and for a person. */
export interface DatabasePlace {
  /** Holds a password: not for a log. */
  readonly url: string;
  readonly shown: string;
}

/** Host and port, or the folder of the Unix socket in `postgresql://user:password@/name?host=/var/run/postgresql`. */
export const shownAddress = (databaseUrl: string): string => {
  const url = new URL(databaseUrl.replace("@/", "@socket/"));
  return url.searchParams.get("host") ?? url.host;
};

/** The database of the settings, or an embedded one of our own, which runs as long as this process. */
export const databaseComponent = (
  { databaseUrl, dataDir }: Pick<Settings, "databaseUrl" | "dataDir">,
  journal: Pick<Journal, "databaseSaid">,
  found: (place: DatabasePlace) => void,
): Component => ({
  name: "the database",
  start: async () => {
    if (databaseUrl !== undefined) {
      found({ url: databaseUrl, shown: shownAddress(databaseUrl) });
      return ok(() => {});
    }
    const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => journal.databaseSaid({ line }) });
    if (!postgres.ok) return fail(describeEmbeddedPostgresFailure(postgres.error));
    const { url, port, stop } = postgres.value;
    found({ url, shown: `127.0.0.1:${port}, data in ${resolve(dataDir, "postgres")}` });
    return ok(stop);
  },
});

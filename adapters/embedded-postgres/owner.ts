import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fail, ok, type Result } from "#core/result.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";
import { processBegan } from "./process-facts.ts";

/** How long two processes that replace the same dead owner at once give each other to be seen. */
const SETTLE_MS = 60;
const ATTEMPTS_MAX = 5;

/** The right to start and stop the server of one folder. */
export interface Ownership {
  release(): Promise<void>;
}

const ownerOf = (text: string): { readonly pid: number; readonly began: string } => {
  const [pid = "", began = ""] = text.trim().split("\t");
  return { pid: Number(pid), began };
};

/**
 * Makes this process the one owner of `path`, with a file beside it that names the process and when it began, so that
 * the file of a killed process is never mistaken for a live one, even when its id has been given to another program.
 */
export const own = async (path: string): Promise<Result<Ownership, EmbeddedPostgresFailure>> => {
  const file = `${path}.owner`;
  const draft = `${file}.${process.pid}.${crypto.randomUUID()}`;
  const mine = `${process.pid}\t${await processBegan(process.pid)}\t${draft.slice(-36)}\n`;
  const read = () => readFile(file, "utf8").catch(() => "");
  const ownership: Ownership = {
    release: async () => {
      if ((await read()) === mine) await rm(file, { force: true });
    },
  };
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await writeFile(draft, mine, { mode: 0o644 });
      try {
        await link(draft, file);
        return ok(ownership);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = ownerOf(await read());
      const began = owner.pid > 0 ? await processBegan(owner.pid) : undefined;
      if (began !== undefined && began === owner.began) return fail({ kind: "in-use", path, pid: owner.pid });
      await rename(draft, file);
      await pause(SETTLE_MS);
      if ((await read()) === mine) return ok(ownership);
    }
    return fail({ kind: "in-use", path, pid: ownerOf(await read()).pid });
  } finally {
    await rm(draft, { force: true });
  }
};

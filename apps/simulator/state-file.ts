import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { NumbersSnapshot } from "./numbers.ts";

const snapshotSchema = z.object({
  rented: z.array(
    z.object({
      country: z.string(),
      msisdn: z.string(),
      type: z.enum(["mobile-lvn", "landline"]),
      cost: z.string(),
      features: z.array(z.enum(["SMS", "VOICE", "MMS"])),
      settings: z.record(z.string(), z.string()),
    }),
  ),
});

/** Rented numbers on disk. A file is replaced as a whole, so a crash leaves either the old or the new one. */
export interface StateFile {
  readonly load: () => Promise<NumbersSnapshot | undefined>;
  /** Resolves when what `snapshot` gave after this call is on disk; calls in quick succession share a write. */
  readonly save: (snapshot: () => NumbersSnapshot) => Promise<void>;
}

export const stateFile = (path: string | undefined): StateFile => {
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const write = async (target: string, snapshot: () => NumbersSnapshot): Promise<void> => {
    await mkdir(dirname(target), { recursive: true });
    const draft = `${target}.${process.pid}.tmp`;
    await writeFile(draft, `${JSON.stringify(snapshot(), undefined, 1)}\n`);
    await rename(draft, target);
  };

  return {
    load: async () => {
      if (path === undefined) return undefined;
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const parsed = snapshotSchema.safeParse(parseJson(text));
      if (!parsed.success)
        throw new Error(`Cannot read the simulator's state: "${path}" is not a state file`);
      return parsed.data;
    },
    save: (snapshot) => {
      if (path === undefined) return Promise.resolve();
      waiting ??= writing
        .catch(() => {})
        .then(() => {
          waiting = undefined;
          writing = write(path, snapshot);
          return writing;
        });
      return waiting;
    },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those on the way to it. Node's own recursive way never comes back from where the system refuses every new
 * name, such as `/proc`.
 */
export const makeFolder = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Two sandboxes may make the same folder at once.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
};

const NO_ACCESS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted, perhaps it belongs to another user",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "it is not a folder",
  ENOENT: "it cannot be made there",
};

/** What the operating system says when a folder cannot be used, for a person; undefined when it says something else. */
export const noAccessIn = (error: unknown): string | undefined =>
  NO_ACCESS[(error as NodeJS.ErrnoException).code ?? ""];

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutation } from "./mutation.ts";

/** Folders in which the places of breakages are looked for. */
const TAGGED = ["core", "adapters", "apps"];
const TAGS = /\/\/ breakage: ([a-z\d, -]+)$/;

/** A line that carries a tag. */
export interface TaggedLine {
  readonly tag: string;
  /** From the root of the tree. */
  readonly file: string;
  /** Index of the line that the breakage changes. */
  readonly line: number;
}

/** All tagged lines of a tree. */
export const findTags = (root: string): readonly TaggedLine[] =>
  TAGGED.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => tagsOf(root, join(folder, name))),
  );

const tagsOf = (root: string, file: string): readonly TaggedLine[] =>
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .flatMap((text, i) => {
      const found = TAGS.exec(text);
      if (!found) return [];
      const isAlone = text.trimStart().startsWith("//");
      return found[1]!.split(", ").map((tag) => ({ tag, file, line: isAlone ? i + 1 : i }));
    });

/** The source of a file with the breakage in it; null when the breakage changes nothing. */
export const breakLine = (source: string, line: number, { broken }: Mutation): string | null => {
  const lines = source.split("\n");
  const sound = lines[line]!.replace(TAGS, "").trimEnd();
  const changed = broken(sound);
  if (changed === sound) return null;
  return lines.with(line, changed).join("\n");
};

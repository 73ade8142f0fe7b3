import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";
import { breakLine, findTags } from "./tags.ts";

/** Worlds that a breakage has to show in, and how long they may take, in milliseconds. */
const SEEDS = 600;
const SEEDS_MS = 40_000;
/** What runs longer is stuck, also on a busy machine, where a program alone may take a minute to start. */
const STUCK_MS = 300_000;
/** Trees that are broken at the same time: one for each core. */
const TREES = 2;

const root = fileURLToPath(new URL("../../", import.meta.url));
const places = findTags(root);
const COPIED = ["core", "adapters", "apps", "test", "package.json", "tsconfig.json", "vitest.config.ts"];

const copyTree = (): string => {
  const tree = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const each of COPIED) cpSync(join(root, each), join(tree, each), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  return tree;
};

interface Run {
  readonly out: string;
  readonly failed: boolean;
  readonly stuck: boolean;
}

const run = (tree: string, args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: tree, timeout: STUCK_MS, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({
        out: out + (error && !error.killed ? err : ""),
        failed: error !== null,
        stuck: error?.killed ?? false,
      });
    });
  });

/** What has noticed the breakage; null: nothing. */
const noticedBy = async (tree: string, { tests }: Mutation): Promise<string | null> => {
  if (tests) {
    const { failed, out } = await run(tree, [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=tap-flat",
      ...tests,
    ]);
    const line = out.split("\n").find((each) => each.startsWith("not ok"));
    return failed ? (line?.replace(/^not ok \d+ - /, "").replace(/ # time=.*/, "") ?? "tests") : null;
  }
  const { out, failed, stuck } = await run(tree, [
    "test/mutation/try-seeds.ts",
    String(SEEDS),
    String(SEEDS_MS),
  ]);
  if (stuck) return "a world that never ends";
  if (failed) return `a crash: ${out.split("\n").find((line) => line.includes("Error")) ?? "no reason"}`;
  const found = JSON.parse(out) as { seed: number; message: string } | null;
  return found && `seed ${found.seed}: ${found.message}`;
};

const survivors: Mutation[] = [];
/** Only those whose names or tags contain one of the words given; none given: all. */
const words = process.argv.slice(2);
const chosen = MUTATIONS.filter(
  ({ name, tag }) => words.length === 0 || words.some((word) => `${name} ${tag}`.includes(word)),
);
const left = [...chosen];
const began = performance.now();

const breakInTurn = async (tree: string): Promise<void> => {
  for (let mutation = left.shift(); mutation; mutation = left.shift()) {
    const place = places.find(({ tag }) => tag === mutation.tag);
    const path = join(tree, place?.file ?? "");
    const sound = place ? readFileSync(path, "utf8") : "";
    const broken = place ? breakLine(sound, place.line, mutation) : null;
    if (broken === null) {
      survivors.push(mutation);
      console.log(`GONE      ${mutation.name}`);
      continue;
    }
    writeFileSync(path, broken);
    const noticed = await noticedBy(tree, mutation);
    writeFileSync(path, sound);
    if (!noticed) survivors.push(mutation);
    console.log(`${noticed ? "caught  " : "SURVIVED"}  ${mutation.name}${noticed ? `  (${noticed})` : ""}`);
  }
};

/** Whatever an unbroken system does not survive would count as noticed. */
const mustBeSound = async (tree: string): Promise<void> => {
  const { out } = await run(tree, ["test/mutation/try-seeds.ts", String(SEEDS), String(SEEDS_MS)]);
  if (out !== "null")
    throw new Error(`Cannot tell what is noticed: the system is broken as it stands (${out})`);
};

const trees = Array.from({ length: TREES }, copyTree);
try {
  await mustBeSound(trees[0]!);
  await Promise.all(trees.map(breakInTurn));
} finally {
  for (const tree of trees) rmSync(tree, { recursive: true });
}
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
console.log(`\n${chosen.length - survivors.length} of ${chosen.length} breakages caught in ${seconds} s`);
process.exitCode = survivors.length === 0 ? 0 : 1;

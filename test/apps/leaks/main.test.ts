import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseLabelledLines } from "#apps/leaks/labelled-file.ts";
import { judgeLine, scoresOf } from "#apps/leaks/score.ts";

const folder = mkdtempSync(join(tmpdir(), "leaks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: readonly string[]) =>
  spawnSync(process.execPath, ["apps/leaks/main.ts", ...words], { encoding: "utf8" });

const fileWith = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
};

const PHONE = '{"text":"call 07700 900123","leak":"phone","lang":"en","region":"GB","kind":"plain"}';
const NONE = '{"texts":["see you","at 7:30"],"leak":"none","lang":"de","region":"DE"}';
const MISSED = '{"text":"hello","leak":"link","lang":"en","region":"GB"}';

describe("npm run leaks", () => {
  test("ends with one line of JSON that holds the scores", () => {
    const { status, stdout } = run(fileWith("good.jsonl", PHONE, NONE, "", MISSED), "--json");
    expect(status).toBe(0);
    const scores = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    expect(Object.keys(scores)).toEqual(["any", "kinds", "languages"]);
    expect(scores.any).toEqual({ precision: 1, recall: 0.5 });
    expect(scores.kinds.link).toEqual({ precision: 1, recall: 0 });
    expect(Object.keys(scores.languages)).toEqual(["de", "en"]);
  });

  test("shows people a table that names lines but repeats no text", () => {
    const { status, stdout } = run(fileWith("table.jsonl", PHONE, NONE, MISSED));
    expect(status).toBe(0);
    expect(stdout).toContain("missed: 1 (lines 3)");
    expect(stdout).not.toContain("07700");
  });

  test.each([
    [[], 2, "Usage"],
    [["a", "b"], 2, "Usage"],
    [["a", "--yaml"], 2, "Unknown option --yaml"],
    [[join(folder, "absent.jsonl")], 1, "there is no such file"],
    [[folder], 1, "is a folder"],
  ])("%j ends with %i", (words, code, message) => {
    const { status, stderr } = run(...words);
    expect(status).toBe(code);
    expect(stderr).toContain(message);
  });
});

describe("a labelled file", () => {
  test.each([
    ["{", "is not JSON"],
    ["[]", "is not a JSON object"],
    ['{"leak":"none","lang":"en","region":"GB"}', "needs text"],
    ['{"texts":[],"leak":"none","lang":"en","region":"GB"}', "needs text"],
    ['{"text":"a","texts":["a"],"leak":"none","lang":"en","region":"GB"}', "both"],
    ['{"text":"a","leak":"fax","lang":"en","region":"GB"}', "needs leak"],
    ['{"text":"a","leak":"none","region":"GB"}', "needs lang"],
    ['{"text":"a","leak":"none","lang":"en","region":"XX"}', "needs region"],
  ])("%s %s", (line, message) => {
    const read = parseLabelledLines("f.jsonl", `${PHONE}\r\n\n${line}\n`);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error).toMatch(new RegExp(`^f\\.jsonl:3: .*${message}`));
  });

  test("without a line is refused", () => {
    expect(parseLabelledLines("f.jsonl", "\n\n").ok).toBe(false);
  });

  test("that holds no leak has a recall of one", () => {
    const read = parseLabelledLines("f.jsonl", `\ufeff${NONE}`);
    if (!read.ok) throw new Error(read.error);
    expect(scoresOf(read.value.map(judgeLine)).any).toEqual({ precision: 1, recall: 1 });
  });
});

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MUTATIONS } from "./mutations.ts";
import { breakLine, findTags } from "./tags.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tagged = findTags(root);

test.each(MUTATIONS)("there is one place where the system could $name", (mutation) => {
  const [place, ...others] = tagged.filter(({ tag }) => tag === mutation.tag);
  expect(others).toEqual([]);
  expect(place).toBeDefined();
  const broken = breakLine(readFileSync(root + place!.file, "utf8"), place!.line, mutation);
  expect(broken).not.toBeNull();
  // Code that does not parse breaks everything, and proves nothing.
  expect(() => stripTypeScriptTypes(broken!)).not.toThrow();
});

test("every tag in the code has its breakage", () => {
  const known = new Set(MUTATIONS.map(({ tag }) => tag));
  expect(tagged.filter(({ tag }) => !known.has(tag))).toEqual([]);
});

test("every breakage has a name and a tag of its own", () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  expect(new Set(MUTATIONS.map(({ tag }) => tag)).size).toBe(MUTATIONS.length);
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(25);
});

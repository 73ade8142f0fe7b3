import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MUTATIONS } from "./mutations.ts";

const root = new URL("../../", import.meta.url);

test.each(MUTATIONS)("there is still one place where the system could $name", ({ file, find }) => {
  expect(readFileSync(new URL(file, root), "utf8").split(find)).toHaveLength(2);
});

test("every breakage has a name of its own", () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(25);
});

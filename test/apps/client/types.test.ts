import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { typesFromOpenApi } from "./types-from-openapi.ts";
import { TYPES_FILE, typesOfRelease } from "./types-of-release.ts";

test("the types of the client are those of the released description", () => {
  expect(readFileSync(TYPES_FILE, "utf8")).toBe(typesOfRelease());
});

test("a schema of a kind that has no type yet is an error, and no silent any", () => {
  const document = {
    openapi: "3.1.0",
    info: { title: "", version: "" },
    components: { schemas: { A: { type: "date" } } },
  };
  expect(() => typesFromOpenApi(document as never)).toThrow("date");
});

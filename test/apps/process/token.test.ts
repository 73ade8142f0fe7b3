import "reflect-metadata";
import { container } from "tsyringe";
import { expect, test } from "vitest";
import { token } from "#apps/process/token.ts";

test("what is registered under a token comes out with its type", () => {
  const NUMBER = token<{ readonly n: number }>("number");
  const child = container.createChildContainer();
  child.register(NUMBER, { useFactory: () => ({ n: 7 }) });
  const found: { readonly n: number } = child.resolve(NUMBER);
  expect(found.n).toBe(7);
  // @ts-expect-error The type of the token refuses what is not of it.
  child.register(NUMBER, { useFactory: () => ({ m: 7 }) });
  // @ts-expect-error And it does not come out as something else.
  const wrong: { readonly m: number } = child.resolve(NUMBER);
  expect(wrong).toBeDefined();
});

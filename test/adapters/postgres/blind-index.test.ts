import { expect, test } from "vitest";
import { blindIndex } from "#adapters/postgres/sealing/blind-index.ts";

const KEY = Buffer.alloc(32, 7);

test("an index is what it has always been: databases are full of them", () => {
  const index = blindIndex(KEY);
  expect(index.ofNumber("447700900123")).toBe("07c5435f148fde148ead6967958011c6");
  expect(index.of("key", "smpp:Ünique ☕")).toBe("590df4170e23f459ac2e9b67d31954ab");
  expect(index.of("fingerprint", "")).toBe("ecae4e90a9de2be7755a9419732ceb8e");
});

test("what is alike has another index in another kind and under another key", () => {
  const indexes = [blindIndex(KEY), blindIndex(Buffer.alloc(32, 8))].flatMap((index) => [
    index.ofNumber("447700900123"),
    index.of("key", "447700900123"),
    index.of("set", "447700900123"),
    index.of("reference", "447700900123"),
    index.of("request", "447700900123"),
    index.of("fingerprint", "447700900123"),
  ]);
  expect(new Set(indexes).size).toBe(indexes.length);
});

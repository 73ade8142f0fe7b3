import { join } from "node:path";
import { expect, test } from "vitest";
import { banner } from "#apps/sandbox/banner.ts";
import type { SandboxFacts } from "#apps/sandbox/sandbox.ts";

const KEY = "sandbox_0123456789abcdefghijklmn";

const facts = {
  api: "http://127.0.0.1:3000",
  console: "http://127.0.0.1:3000/#0123456789abcdef",
  apiKey: KEY,
  simulator: { httpUrl: "http://127.0.0.1:3001", smppUrl: "smpp://127.0.0.1:2775" },
  database: "127.0.0.1:41235, data in /home/somebody/sms-proxy/.data/postgres",
  numbers: [{ number: "447418300000", country: "GB" }],
} as unknown as SandboxFacts;

test("the banner fits a terminal of 80 columns, and holds the key once, on a line to copy", () => {
  const text = banner(facts, join(process.cwd(), ".data", "sandbox.log"));
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(text.split("\n").filter((line) => line.includes(KEY))).toEqual([`KEY=${KEY}`]);
  expect(text.indexOf("KEY=")).toBeLessThan(text.indexOf("$KEY"));
});

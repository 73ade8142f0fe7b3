import { expect, test } from "vitest";
import { createFailureCounts } from "#core/engine/outbound/failure-counts.ts";

test("failures are counted by link and code, and told of one by one", () => {
  const told: string[] = [];
  const failures = createFailureCounts((link, code) => void told.push(`${link} ${code}`));
  for (const code of ["smpp-0x0a", "smpp-0x0b", "smpp-0x0a"]) failures.add("smpp-0", code);
  failures.add("http", "smpp-0x0a");
  expect(failures.counts()).toEqual([
    { link: "smpp-0", code: "smpp-0x0a", count: 2 },
    { link: "smpp-0", code: "smpp-0x0b", count: 1 },
    { link: "http", code: "smpp-0x0a", count: 1 },
  ]);
  expect(told).toHaveLength(4);
});

test("a carrier that makes up codes does not fill the memory", () => {
  const failures = createFailureCounts(() => {});
  for (let n = 0; n < 1_000; n += 1) failures.add("smpp-0", `smpp-0x${n}`);
  const counts = failures.counts();
  expect(counts).toHaveLength(501);
  expect(counts.at(-1)).toEqual({ link: "other", code: "other", count: 500 });
});

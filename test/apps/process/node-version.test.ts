import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const { scripts, dependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const CHECK = "./apps/process/node-version.cjs";

test("every program looks at the version of Node before it loads anything, and Node comes with a production install", () => {
  for (const name of ["start", "demo", "api", "gateway", "migrate", "simulator"])
    expect(scripts[name]).toMatch(/^node -r \.\/apps\/process\/node-version\.cjs /);
  expect(existsSync(new URL(CHECK, root))).toBe(true);
  expect(dependencies.node).toMatch(/^24\./);
});

const run = (version: string) =>
  spawnSync(
    process.execPath,
    [
      "-e",
      `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); require("${CHECK}"); console.log("on")`,
    ],
    { cwd: root, encoding: "utf8" },
  );

test("an older Node ends with one line that says which one is needed", () => {
  const { status, stdout, stderr } = run("20.20.2");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^Node 24 is needed, and this is Node 20\.20\.2: .+\n$/);
  expect(run("24.0.0")).toMatchObject({ status: 0, stdout: "on\n", stderr: "" });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { settingNames } from "#apps/process/settings/table.ts";
import { sandboxEnvironment } from "#apps/sandbox/sandbox-environment.ts";

const DEPLOYMENT = settingNames.filter((name) =>
  /^(DATABASE_URL|ENCRYPTION_KEYS|API_KEYS|PUBLIC_URL)$|^VONAGE_|^SMPP_(URLS|SYSTEM|PASSWORD|MESSAGE)/.test(
    name,
  ),
);

test("no database, carrier, address or key of a deployment reaches a sandbox, and each is named without its value", () => {
  expect(DEPLOYMENT.length).toBeGreaterThan(12);
  fc.assert(
    fc.property(fc.subarray([...settingNames]), (names) => {
      const env = Object.fromEntries(names.map((name) => [name, `a value of ${name.toLowerCase()}`]));
      const { environment, warnings } = sandboxEnvironment(env, settingNames);
      const left = names.filter((name) => DEPLOYMENT.includes(name));
      for (const name of left) expect(environment).not.toHaveProperty(name);
      for (const name of left) expect(warnings.join()).toContain(name);
      expect(warnings.join()).not.toContain("a value of");
    }),
  );
});

test("what a sandbox is set by stays, and so does what may be a slip", () => {
  const env = { PORT: "0", DATA_DIR: "x", SANDBOX_DATABASE_URL: "y", PATH: "z", SIMULATOR_PROT: "1" };
  expect(sandboxEnvironment(env, settingNames)).toEqual({ environment: env, warnings: [] });
  expect(sandboxEnvironment({ DATABASE_URL: " " }, settingNames).warnings).toEqual([]);
});

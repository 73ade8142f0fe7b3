import { mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSandboxState } from "#apps/sandbox/sandbox-state.ts";

const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "sms-proxy-sandbox-state-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test("a sandbox finds its secrets again at the next start, and nobody else may read them", async () => {
  const folder = join(await emptyFolder(), "of", "its", "own");
  const first = openSandboxState(folder);
  expect(first).toMatchObject({ ok: true, value: { apiKey: expect.stringMatching(/^sandbox_.{24}$/) } });
  expect(openSandboxState(folder)).toEqual(first);
  expect((await stat(join(folder, "sandbox-secrets.json"))).mode & 0o077).toBe(0);
  expect((await stat(join(folder, "sandbox.log"))).mode & 0o077).toBe(0);
});

test("damaged secrets are one line, and are never made anew", async () => {
  const folder = await emptyFolder();
  openSandboxState(folder);
  await truncate(join(folder, "sandbox-secrets.json"), 20);
  for (const _ of [1, 2])
    expect(openSandboxState(folder)).toEqual({ ok: false, error: expect.stringContaining("it is damaged") });
});

test.runIf(process.platform === "linux")("a folder that cannot be made is one line", () => {
  expect(openSandboxState("/proc/no/such/folder")).toEqual({
    ok: false,
    error:
      "Cannot use the data folder /proc/no/such/folder: it cannot be made there; set DATA_DIR to another folder",
  });
});

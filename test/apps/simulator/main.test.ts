import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { connectEsme } from "#test/support/simulator-esme.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

const run = (env: Record<string, string>) => {
  const started = spawn(process.execPath, ["apps/simulator/main.ts"], {
    env: { PATH: process.env.PATH, SIMULATOR_PORT: "0", SIMULATOR_SMPP_PORT: "0", ...env },
  });
  child = started;
  const output = { text: "", code: undefined as number | null | undefined };
  started.stdout.on("data", (chunk) => {
    output.text += chunk;
  });
  started.stderr.on("data", (chunk) => {
    output.text += chunk;
  });
  started.on("exit", (code) => {
    output.code = code;
  });
  return output;
};

describe("the simulator as a process", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "says where it is, works, and ends cleanly on %s",
    async (signal) => {
      const output = run({ VONAGE_API_KEY: "mykey123", SMPP_SYSTEM_ID: "me", SMPP_PASSWORD: "secret" });
      await eventually(() => output.text.includes("smpp://"), "the addresses");
      const http = /http:\/\/127\.0\.0\.1:\d+/.exec(output.text)![0];
      const smppPort = Number(/smpp:\/\/127\.0\.0\.1:(\d+)/.exec(output.text)![1]);
      expect((await fetch(`${http}/healthz`)).status).toBe(200);
      const client = connectEsme(smppPort);
      expect(await client.bind("transceiver", { system_id: "me", password: "secret" })).toBe(0);
      child!.kill(signal);
      await eventually(() => output.code !== undefined, "the end");
      expect(output.code).toBe(0);
      client.close();
    },
  );

  it.each([
    ["SIMULATOR_PORT", "many"],
    ["SIMULATOR_SMPP_PORT", "70000"],
    ["VONAGE_SIGNATURE_METHOD", "rot13"],
  ])("says in one line what is wrong with %s", async (name, value) => {
    const output = run({ [name]: value });
    await eventually(() => output.code !== undefined, "the end");
    expect(output.code).toBe(1);
    expect(output.text).toMatch(new RegExp(`^Cannot start the simulator: ${name} must be .*\\n$`));
  });
});

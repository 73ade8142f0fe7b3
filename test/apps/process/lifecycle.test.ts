import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const script = fileURLToPath(new URL("./lifecycle-scenario.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  /** What happened to the components. */
  readonly story: readonly string[];
  readonly logged: readonly string[];
  readonly stderr: string;
}

/** Runs a scenario to its end; `onLine` is told each line and may send signals. */
const play = async (
  args: readonly string[],
  onLine: (line: string, send: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = once(child, "exit");
  const stderr = text(child.stderr);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    onLine(line, (signal) => child.kill(signal));
  }
  const [code] = await exit;
  const logged = lines.filter((line) => line.startsWith("log "));
  return { code, story: lines.filter((line) => !line.startsWith("log ")), logged, stderr: await stderr };
};

const onReady =
  (signal: NodeJS.Signals) =>
  (line: string, send: (signal: NodeJS.Signals) => void): void => {
    if (line === "ready") send(signal);
  };

const whole = ["start a", "start b", "ready", "stop b", "stop a"];

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s stops the components in reverse order, and the process ends by itself",
  async (signal) => {
    expect(await play(["calm"], onReady(signal))).toMatchObject({ code: 0, story: whole, stderr: "" });
  },
);

test("the same signal from the terminal and from npm is one signal", async () => {
  const ended = await play(["slow to stop"], (line, send) => {
    if (line === "ready" || line === "stop b") send("SIGINT");
  });
  expect(ended).toMatchObject({ code: 0, story: whole });
});

test("a port that is taken is one line, and what had started is stopped again", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  expect(await play(["taken", String(port)])).toEqual({
    code: 1,
    story: ["start a", "start b", "stop a"],
    logged: [],
    stderr: `Cannot listen on 127.0.0.1:${port}: the port is taken\n`,
  });
});

test("a signal during the start stops what has started, and nothing more starts", async () => {
  const ended = await play(["slow to start"], (line, send) => {
    if (line === "start b") send("SIGTERM");
  });
  expect(ended).toMatchObject({ code: 0, story: ["start a", "start b", "stop b", "stop a"], stderr: "" });
});

test("a component that does not finish in time is left, the others are still told to stop", async () => {
  const { code, story, logged } = await play(["never stops", "200"], onReady("SIGTERM"));
  expect({ code, story }).toEqual({ code: 1, story: whole });
  expect(logged.join()).toContain('"component":"b"');
  expect(logged.join()).not.toContain("still open");
});

test("a component that stops badly does not keep the others from stopping", async () => {
  const { code, story, logged } = await play(["stops badly"], onReady("SIGTERM"));
  expect({ code, story }).toEqual({ code: 1, story: whole });
  expect(logged.join()).toContain("It is stuck");
});

test("a second signal ends the process at once", async () => {
  const ended = await play(["never stops", "60000"], (line, send) => {
    if (line !== "stop b" && line !== "ready") return;
    send("SIGTERM");
    // The first signal's echo does not count, so it is sent until it does.
    const again = setInterval(() => send("SIGTERM"), 50);
    onTestFinished(() => clearInterval(again));
  });
  expect(ended).toMatchObject({ code: 143, story: ["start a", "start b", "ready", "stop b"] });
});

test("a bug that nothing caught is logged, and stops the process in good order with code 1", async () => {
  const { code, story, logged } = await play(["bug"]);
  expect({ code, story }).toEqual({ code: 1, story: whole });
  expect(logged.join()).toContain("TypeError");
});

test("a bug during the start stops what has started, and the terminal says where to read of it", async () => {
  const { code, story, stderr } = await play(["bug during the start"]);
  expect({ code, story }).toEqual({ code: 1, story: ["start a", "start b", "stop b", "stop a"] });
  expect(stderr).toBe("It did not end cleanly; more is in the.log\n");
});

test("what is still open after everything has stopped does not keep the process for ever", async () => {
  const { code, story, logged } = await play(["leak"], onReady("SIGTERM"));
  expect({ code, story }).toEqual({ code: 0, story: whole });
  expect(logged.join()).toContain("Timeout");
});

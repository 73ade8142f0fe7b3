// A process with a life: `SCENARIO [PORT]`. It prints what happens to its parts, line by line.
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { runProcess } from "#apps/process/lifecycle.ts";
import { createLog } from "#apps/process/log.ts";
import type { Part, Stop } from "#apps/process/parts.ts";
import { ok } from "#core/result.ts";

const [scenario = "", port = "0"] = process.argv.slice(2);

const part = (name: string, start: () => Promise<void> | void = () => {}, stop: Stop = () => {}): Part => ({
  name,
  start: async () => {
    console.log(`start ${name}`);
    await start();
    return ok(async (deadline) => {
      console.log(`stop ${name}`);
      await stop(deadline);
    });
  },
});

const second = (): Part => {
  switch (scenario) {
    case "taken":
      return part("b", async () => {
        await once(createServer().listen(Number(port), "127.0.0.1"), "listening");
      });
    case "slow to start":
      return part("b", () => pause(300));
    case "never stops":
      return part("b", undefined, () => new Promise(() => void setInterval(() => {}, 10_000)));
    case "slow to stop":
      return part("b", undefined, () => pause(200));
    case "stops badly":
      return part("b", undefined, () => Promise.reject(new Error("It is stuck")));
    case "bug":
      return part("b", () => void setTimeout(() => Promise.reject(new TypeError("A bug")), 1));
    case "bug during the start":
      return part("b", () => {
        setTimeout(() => Promise.reject(new TypeError("A bug")), 1);
        return pause(300);
      });
    case "leak":
      return part("b", () => void setInterval(() => {}, 10_000));
    default:
      return part("b");
  }
};

const log = createLog({
  name: "scenario",
  level: "info",
  destination: { write: (line) => process.stdout.write(`log ${line}`) },
});
await runProcess([part("a"), second()], {
  log,
  drainTimeoutMs: scenario === "never stops" ? Number(port) : 30_000,
  logFile: "the.log",
  ready: () => console.log("ready"),
});

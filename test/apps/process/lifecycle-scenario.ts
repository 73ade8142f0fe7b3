// A process with a life: `SCENARIO [PORT]`. It prints what happens to its components, line by line.
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Component, Stop } from "#apps/process/components.ts";
import { openJournal } from "#apps/process/journal.ts";
import { runProcess } from "#apps/process/lifecycle.ts";
import { ok } from "#core/result.ts";

const [scenario = "", port = "0"] = process.argv.slice(2);

const component = (
  name: string,
  start: () => Promise<void> | void = () => {},
  stop: Stop = () => {},
): Component => ({
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

const second = (): Component => {
  switch (scenario) {
    case "taken":
      return component("b", async () => {
        await once(createServer().listen(Number(port), "127.0.0.1"), "listening");
      });
    case "slow to start":
      return component("b", () => pause(300));
    case "never stops":
      return component("b", undefined, () => new Promise(() => void setInterval(() => {}, 10_000)));
    case "slow to stop":
      return component("b", undefined, () => pause(200));
    case "stops badly":
      return component("b", undefined, () => Promise.reject(new Error("It is stuck")));
    case "bug":
      return component("b", () => void setTimeout(() => Promise.reject(new TypeError("A bug")), 1));
    case "bug during the start":
      return component("b", () => {
        setTimeout(() => Promise.reject(new TypeError("A bug")), 1);
        return pause(300);
      });
    case "leak":
      return component("b", () => void setInterval(() => {}, 10_000));
    default:
      return component("b");
  }
};

const journal = openJournal({
  name: "scenario",
  level: "info",
  destination: { write: (line) => process.stdout.write(`log ${line}`) },
});
await runProcess([component("a"), second()], {
  journal,
  drainTimeoutMs: scenario === "never stops" ? Number(port) : 30_000,
  logFile: "the.log",
  ready: () => console.log("ready"),
});

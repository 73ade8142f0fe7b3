import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bed, startBed } from "./bed.ts";
import { type Prometheus, startPrometheus } from "./prometheus.ts";
import { alertNames, FACTOR, scaledRules } from "./scaled-rules.ts";
import { allArrived, scenarios } from "./scenarios.ts";

/**
 * Brings a whole installation into trouble under a real Prometheus, one fault after another, and says which alert came when and when it
 * went: `npm run test:alerts`. The rules are those of `deploy/prometheus` with shorter times. Fails when an alert does not come, does not go
 * after what the runbook says was done, or a text is lost. Where Prometheus is not installed it says so, and that is all. Words
 * choose scenarios by the names of their alerts.
 */
const LOOK_MS = 500;
const WARM_UP_MS = 100_000;
const FIRES_WITHIN_MS = 180_000;
const CLEARS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 420_000;

const yaml = readFileSync(join(import.meta.dirname, "../../deploy/prometheus/alerts.yaml"), "utf8");
const wanted = process.argv.slice(2);
const chosen = scenarios.filter(
  ({ alerts }) => wanted.length === 0 || alerts.some((each) => wanted.includes(each)),
);
const say = (line: string): void => console.log(line);
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/** What still fires of an earlier fault says nothing about this one. */
const clearOf = async (prometheus: Prometheus, alerts: readonly string[]): Promise<void> => {
  const deadline = performance.now() + CLEARS_WITHIN_MS;
  while (performance.now() < deadline) {
    const firing = await prometheus.firing();
    if (!alerts.some((alert) => firing.has(alert))) return;
    await pause(LOOK_MS);
  }
};

const run = async (bed: Bed, prometheus: Prometheus): Promise<boolean> => {
  const beganAt = performance.now();
  await pause(wanted.length === 0 || wanted.includes("FewAreDelivered") ? WARM_UP_MS : 10_000);
  const before = await prometheus.firing();
  say(
    `After ${seconds(performance.now() - beganAt)} of texting: ${before.size === 0 ? "no alert" : [...before].join(", ")}`,
  );
  const awaited: { readonly alert: string; readonly mendedAt: number }[] = [];
  let isWell = before.size === 0;
  for (const { fault, alerts, remedy, provoke } of chosen) {
    await clearOf(prometheus, alerts);
    const at = performance.now();
    const mend = await provoke(bed);
    const fired = new Map<string, number>();
    while (fired.size < alerts.length && performance.now() - at < FIRES_WITHIN_MS) {
      const firing = await prometheus.firing();
      for (const alert of alerts)
        if (firing.has(alert) && !fired.has(alert)) fired.set(alert, performance.now() - at);
      await pause(LOOK_MS);
    }
    const others = [...(await prometheus.firing())].filter((each) => !alerts.includes(each));
    await mend();
    isWell &&= fired.size === alerts.length;
    awaited.push(...alerts.map((alert) => ({ alert, mendedAt: performance.now() })));
    const shown = alerts.map((alert) => {
      const ms = fired.get(alert);
      return `${alert} ${ms === undefined ? "NEVER" : `after ${seconds(ms)}`}`;
    });
    say(`| ${fault} | ${shown.join(", ")} | ${others.join(", ") || "–"} | ${remedy} |`);
  }
  for (const deadline = performance.now() + ENDS_WITHIN_MS; awaited.length > 0; await pause(LOOK_MS)) {
    const firing = await prometheus.firing();
    for (const each of awaited.splice(0)) {
      if (firing.has(each.alert)) awaited.push(each);
      else
        say(`${each.alert} has ended (seen ${seconds(performance.now() - each.mendedAt)} after the remedy)`);
    }
    if (performance.now() > deadline) break;
  }
  for (const { alert } of awaited) say(`${alert} has NOT ended`);
  bed.quiet();
  await allArrived(bed);
  const { lost, misrouted, doubled } = bed.load.audit();
  say(`${bed.load.sent()} texts: ${lost} lost, ${misrouted} misrouted, ${doubled} twice`);
  const tried = new Set(scenarios.flatMap(({ alerts }) => alerts));
  const untried = alertNames(yaml).filter((alert) => !tried.has(alert));
  if (untried.length > 0) say(`Not tried: ${untried.join(", ")}`);
  return isWell && awaited.length === 0 && lost === 0 && misrouted === 0 && untried.length === 0;
};

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const folder = mkdtempSync(join(tmpdir(), "sms-proxy-alerts-"));
const prometheus = await startPrometheus(folder, scaledRules(yaml));
if (prometheus === null) say("Not tried: prometheus is not installed");
else {
  say(`Prometheus ${prometheus.version}; times are ${FACTOR} times shorter`);
  let bed: Bed | null = null;
  try {
    bed = await startBed(folder, prometheus);
    if (!(await run(bed, prometheus))) process.exitCode = 1;
  } finally {
    await bed?.stop();
    await prometheus.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

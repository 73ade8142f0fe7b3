import { spawn } from "node:child_process";
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { eventually } from "#test/support/simulator-eventually.ts";
import { endWithUs } from "./program.ts";

/** A Prometheus that asks every second, and what its rules say. */
export interface Prometheus {
  /** Whom it asks from now on, by name: `host:port`. */
  watch(targets: Readonly<Record<string, string>>): void;
  /** The names of the alerts that fire now. */
  firing(): Promise<ReadonlySet<string>>;
  readonly version: string;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { readonly port: number };
  await once(server.close(), "close");
  return port;
};

/** At once, so that nobody reads half of it. */
const replaceFile = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
};

/** Null where it is not installed. */
export const startPrometheus = async (folder: string, rules: string): Promise<Prometheus | null> => {
  const port = await freePort();
  const targetsFile = join(folder, "targets.json");
  writeFileSync(targetsFile, "[]");
  writeFileSync(join(folder, "alerts.yaml"), rules);
  const config = join(folder, "prometheus.yaml");
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
      rule_files: ["alerts.yaml"],
      scrape_configs: [
        { job_name: "sms-proxy", file_sd_configs: [{ files: ["targets.json"], refresh_interval: "1s" }] },
      ],
    }),
  );
  const child = spawn(
    "prometheus",
    [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "tsdb")}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, "--log.level=error"],
    ],
    { stdio: "inherit" },
  );
  endWithUs(child);
  const failed = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("spawn", () => resolve(false));
  });
  if (await failed) return null;
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string): Promise<unknown> =>
    ((await (await fetch(`${url}${path}`)).json()) as { readonly data: unknown }).data;
  await eventually(
    () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    "Prometheus is ready",
    60_000,
  );
  const { version } = (await ask("/api/v1/status/buildinfo")) as { readonly version: string };
  return {
    version,
    watch: (targets) =>
      replaceFile(
        targetsFile,
        JSON.stringify(
          Object.entries(targets).map(([instance, target]) => ({ targets: [target], labels: { instance } })),
        ),
      ),
    firing: async () => {
      const { alerts } = (await ask("/api/v1/alerts")) as {
        readonly alerts: readonly {
          readonly state: string;
          readonly labels: { readonly alertname: string };
        }[];
      };
      return new Set(alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname));
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
};

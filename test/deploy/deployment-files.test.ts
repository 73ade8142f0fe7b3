import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { settingNames } from "#apps/process/settings/table.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, "deploy", path), "utf8");

/** Names that mean something to others than our processes. */
const OTHERS = new Set(["POSTGRES_PASSWORD", "NODE_ENV"]);

const unknownAmong = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !settingNames.includes(name) && !OTHERS.has(name));

const namesInEnvironment = (text: string): readonly string[] =>
  Array.from(text.matchAll(/^([A-Z][A-Z0-9_]*)=/gmu), ([, name]) => name!);

interface Manifest {
  readonly kind: string;
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}
interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly { readonly args: readonly string[] }[];
}

const documents = (path: string): readonly unknown[] =>
  parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

/** What `DRAIN_TIMEOUT` is unless it is set, in seconds. */
const DRAIN_S = 25;

/** The program among the words of a command, which has to be there. */
const programOf = (words: readonly string[]): string => words.find((word) => word.endsWith(".ts"))!;

describe("the files under deploy/", () => {
  test("name only settings that exist", () => {
    const manifests = documents("kubernetes/sms-proxy.yaml") as Manifest[];
    const kubernetes = manifests.flatMap(({ data, stringData }) => Object.keys({ ...data, ...stringData }));
    const environments = ["docker/.env.example", "systemd/environment.example"].flatMap((path) =>
      namesInEnvironment(read(path)),
    );
    const dockerfile = Array.from(read("docker/Dockerfile").matchAll(/^ENV (\w+)=/gmu), ([, name]) => name!);
    expect(kubernetes.length).toBeGreaterThan(5);
    expect(environments.length).toBeGreaterThan(10);
    expect(unknownAmong([...kubernetes, ...environments, ...dockerfile])).toEqual([]);
  });

  test("start programs that exist, and leave each time to finish", () => {
    const [compose] = documents("docker/compose.yaml") as [
      {
        readonly services: Record<
          string,
          { command?: string[]; environment?: object; stop_grace_period?: string }
        >;
      },
    ];
    const { migrate, api, gateway } = compose.services;
    const pods = (documents("kubernetes/sms-proxy.yaml") as Manifest[]).flatMap(
      ({ spec }) => spec?.template?.spec ?? [],
    );
    const units = readdirSync(join(root, "deploy/systemd")).filter((name) => name.endsWith(".service"));
    const started = [
      ...[migrate, api, gateway].map((service) => service!.command!),
      ...pods.flatMap(({ containers }) => containers.map(({ args }) => args)),
      ...units.map((name) => /^ExecStart=(.*)$/mu.exec(read(`systemd/${name}`))![1]!.split(" ")),
    ].map(programOf);
    expect(started).toHaveLength(9);
    for (const program of started) expect(existsSync(join(root, program)), program).toBe(true);
    expect(unknownAmong(Object.keys(api!.environment!))).toEqual([]);
    for (const service of [api, gateway])
      expect(Number.parseInt(service!.stop_grace_period!, 10)).toBeGreaterThan(DRAIN_S);
    for (const { terminationGracePeriodSeconds: patience, containers } of pods)
      if (!containers[0]!.args.includes("apps/migrate/main.ts")) expect(patience).toBeGreaterThan(DRAIN_S);
    for (const name of ["sms-proxy-api.service", "sms-proxy-gateway.service"])
      expect(Number(/^TimeoutStopSec=(\d+)$/mu.exec(read(`systemd/${name}`))![1])).toBeGreaterThan(DRAIN_S);
  });

  test("run nothing as root, and write nowhere but where the database is", () => {
    expect(read("docker/Dockerfile")).toMatch(/^USER [1-9]\d*:[1-9]\d*$/mu);
    expect(read("docker/compose.yaml").match(/read_only: true/gu)).toHaveLength(1);
    for (const name of ["sms-proxy-api.service", "sms-proxy-gateway.service", "sms-proxy-migrate.service"]) {
      expect(read(`systemd/${name}`)).toContain("DynamicUser=yes");
      expect(read(`systemd/${name}`)).toContain("ProtectSystem=strict");
    }
    const manifests = read("kubernetes/sms-proxy.yaml");
    expect(manifests.match(/readOnlyRootFilesystem: true/gu)).toHaveLength(3);
    expect(manifests.match(/runAsNonRoot: true/gu)).toHaveLength(3);
  });
});

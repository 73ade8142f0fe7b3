import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceUser } from "#adapters/embedded-postgres/service-user.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { haproxyConfig, patroniConfig } from "./config.ts";
import type { Programs } from "./programs.ts";

const START_MS = 120_000;

/** Two PostgreSQLs under Patroni, of which one is the primary, with etcd beside them and HAProxy in front, all on loopback. */
export interface Cluster {
  /** Through HAProxy: whoever is the primary. */
  readonly url: string;
  /** Kills the primary and its Patroni, as a machine that is gone; answers its name. */
  killPrimary(): Promise<string>;
  /** The name of the primary; null: there is none now. */
  primary(): Promise<string | null>;
  stop(): Promise<void>;
}

interface Member {
  readonly name: string;
  readonly rest: number;
  readonly dataDir: string;
  readonly patroni: ChildProcess;
}

export const startCluster = async (programs: Programs): Promise<Cluster> => {
  const folder = mkdtempSync(join(tmpdir(), "sms-proxy-failover-"));
  const found = await serviceUser(folder, programs.postgresBin);
  if (!found.ok) throw new Error("PostgreSQL cannot run here");
  const user = found.value;
  const own = (path: string): string => {
    if (user) chownSync(path, user.uid, user.gid);
    return path;
  };
  own(folder);
  const started: ChildProcess[] = [];
  const run = (name: string, file: string, args: readonly string[]): ChildProcess => {
    const log = createWriteStream(join(folder, `${name}.log`));
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: `${programs.postgresBin}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, LC_ALL: "C" },
      cwd: folder,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    started.push(child);
    return child;
  };
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return own(path);
  };

  const [client, peer, front, ...ports] = await freePorts(7);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  run("etcd", programs.etcd, [
    ...["--name", "one", "--data-dir", join(folder, "etcd")],
    ...["--listen-client-urls", etcdUrl, "--advertise-client-urls", etcdUrl],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", `one=${peerUrl}`],
  ]);
  const places = ["one", "two"].map((name, i) => ({
    name,
    postgres: ports[2 * i]!,
    rest: ports[2 * i + 1]!,
  }));
  const members: Member[] = places.map((place) => {
    const dataDir = join(folder, place.name);
    mkdirSync(dataDir, { mode: 0o700 });
    own(dataDir);
    const config = patroniConfig({
      ...place,
      dataDir,
      folder,
      etcdPort: client!,
      binDir: programs.postgresBin,
    });
    const path = write(`${place.name}.yml`, config);
    return { ...place, dataDir, patroni: run(place.name, programs.patroni, [path]) };
  });
  run("haproxy", programs.haproxy, ["-db", "-f", write("haproxy.cfg", haproxyConfig(front!, places))]);

  const isPrimary = async ({ rest }: Member): Promise<boolean> =>
    fetch(`http://127.0.0.1:${rest}/primary`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const primaryMember = async (): Promise<Member | null> => {
    for (const member of members) if (await isPrimary(member)) return member;
    return null;
  };
  const isSynchronous = async (): Promise<boolean> => {
    for (const { rest } of members) {
      const reply = await fetch(`http://127.0.0.1:${rest}/synchronous`).catch(() => null);
      if (reply?.ok) return true;
    }
    return false;
  };

  const stop = async (): Promise<void> => {
    for (const child of started.toReversed()) child.kill("SIGTERM");
    await Promise.all(started.map((child) => ended(child, 15_000)));
    for (const { dataDir } of members) killPostmaster(dataDir);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(primaryMember, "a primary is chosen", START_MS);
    await eventually(isSynchronous, "the other one follows it synchronously", START_MS);
  } catch (error) {
    for (const name of ["etcd", "one", "two", "haproxy"])
      console.error(`--- ${name}\n${readFileSync(join(folder, `${name}.log`), "utf8").slice(-2_000)}`);
    await stop();
    throw error;
  }
  return {
    url: `postgres://postgres:failover@127.0.0.1:${front}/postgres`,
    primary: async () => (await primaryMember())?.name ?? null,
    killPrimary: async () => {
      const member = await primaryMember();
      if (member === null) throw new Error("There is no primary to kill");
      member.patroni.kill("SIGKILL");
      killPostmaster(member.dataDir);
      return member.name;
    },
    stop,
  };
};

/** By the id that it has written down itself; nobody else's. */
const killPostmaster = (dataDir: string): void => {
  try {
    process.kill(Number(readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
  } catch {
    // It has ended.
  }
};

const ended = (child: ChildProcess, withinMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });

const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

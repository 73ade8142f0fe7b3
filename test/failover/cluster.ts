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
import { setTimeout as pause } from "node:timers/promises";
import { serviceUser } from "#adapters/embedded-postgres/service-user.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { haproxyConfig, patroniConfig } from "./config.ts";
import { allWires, ended, killPostgres, type Member, startWires } from "./member.ts";
import type { Programs } from "./programs.ts";

const START_MS = 180_000;

/** Three PostgreSQLs under Patroni, of which one is the primary, with three etcds beside them and HAProxy in front, all on loopback. */
export interface Cluster {
  /** Through HAProxy: whoever is the primary. */
  readonly url: string;
  /** Kills the primary and its Patroni, as a machine that is gone; answers its name. */
  killPrimary(): Promise<string>;
  /** Its standbys hear nothing of the primary for so long, and then it is killed, as when a network fails before a machine does. */
  killStranded(ms: number): Promise<string>;
  /** Nothing gets to the primary any more, and nothing from it: it goes on, alone. */
  cutOffPrimary(): Promise<string>;
  /** Hands over by plan. */
  switchOver(): Promise<string>;
  /** Starts what was killed and mends what was cut. */
  restore(): void;
  /** All follow the primary; with `synchronous_mode`, one of them so that nothing is acknowledged without it. */
  isWhole(): Promise<boolean>;
  /** The name of the primary; null: there is none now. */
  primary(): Promise<string | null>;
  /** The end of what everybody has written, for who has to find out what went wrong. */
  showLogs(): void;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly synchronous: boolean;
}

export const startCluster = async (programs: Programs, { synchronous }: ClusterOptions): Promise<Cluster> => {
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
    const log = createWriteStream(join(folder, `${name}.log`), { flags: "a" });
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

  const [front, ...ports] = await freePorts(13);
  const etcds = [0, 1, 2].map((n) => ({
    name: `etcd${n}`,
    client: ports[4 * n]!,
    peer: `http://127.0.0.1:${ports[4 * n + 1]}`,
  }));
  for (const { name, client, peer } of etcds) {
    const url = `http://127.0.0.1:${client}`;
    run(name, programs.etcd, [
      ...["--name", name, "--data-dir", join(folder, name)],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
      ...["--initial-cluster", etcds.map((each) => `${each.name}=${each.peer}`).join(",")],
      // All three share a disk with everything else.
      ...["--heartbeat-interval", "200", "--election-timeout", "2000"],
    ]);
  }
  const members = await Promise.all(
    ["one", "two", "three"].map(async (name, n): Promise<Member> => {
      const dataDir = join(folder, name);
      mkdirSync(dataDir, { mode: 0o700 });
      own(dataDir);
      const places = { postgres: ports[4 * n + 2]!, rest: ports[4 * n + 3]! };
      const wires = await startWires(
        places,
        etcds.map(({ client }) => client),
      );
      const config = patroniConfig({
        ...{ name, ...places, dataDir, folder, synchronous },
        postgresWire: wires.standbys.port,
        restWire: wires.rest.port,
        etcdPorts: wires.etcd.map(({ port }) => port),
        binDir: programs.postgresBin,
      });
      const path = write(`${name}.yml`, config);
      let patroni: ChildProcess | null = null;
      return {
        ...{ name, dataDir, ports: places, wires },
        start: () => {
          if (patroni === null) patroni = run(name, programs.patroni, [path]);
        },
        kill: () => {
          patroni?.kill("SIGKILL");
          patroni = null;
          killPostgres(dataDir);
        },
      };
    }),
  );
  for (const member of members) member.start();
  const places = members.map(({ name, wires }) => ({
    ...{ name, postgres: wires.clients.port, rest: wires.rest.port },
  }));
  run("haproxy", programs.haproxy, ["-db", "-f", write("haproxy.cfg", haproxyConfig(front!, places))]);

  /** Null: no answer, or not all of it. */
  const ask = async (
    member: Member,
    path: string,
    body?: object,
  ): Promise<{ readonly ok: boolean; readonly text: string } | null> => {
    try {
      const reply = await fetch(`http://127.0.0.1:${member.wires.rest.port}${path}`, {
        signal: AbortSignal.timeout(body ? 30_000 : 2_000),
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });
      return { ok: reply.ok, text: await reply.text() };
    } catch {
      return null;
    }
  };
  const primaryMember = async (): Promise<Member | null> => {
    // At once, as one that is cut off is silent.
    const asked = members.map(async (member) => {
      const reply = await ask(member, "/primary");
      return reply?.ok ? member : Promise.reject(new Error(`${member.name} is not the primary`));
    });
    return Promise.any(asked).catch(() => null);
  };
  const primaryNow = (): Promise<Member> => eventually(primaryMember, "there is a primary", START_MS);
  const isWhole = async (): Promise<boolean> => {
    const primary = await primaryMember();
    const reply = primary && (await ask(primary, "/cluster"));
    if (!reply?.ok) return false;
    const { members: seen } = JSON.parse(reply.text) as {
      members: { role: string; state: string; lag?: number | string }[];
    };
    const runs = seen.filter(({ state }) => state === "running" || state === "streaming");
    const isFollowed = !synchronous || seen.some(({ role }) => role === "sync_standby");
    return runs.length === members.length && isFollowed && seen.every(({ lag = 0 }) => Number(lag) < 1e6);
  };

  const showLogs = (): void => {
    for (const { name } of [...etcds, ...members, { name: "haproxy" }])
      console.error(`--- ${name}\n${readFileSync(join(folder, `${name}.log`), "utf8").slice(-3_000)}`);
  };
  // Nothing outlives the run, however that ends.
  const killAll = (): void => {
    for (const child of started) child.kill("SIGKILL");
    for (const { dataDir } of members) killPostgres(dataDir);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", killAll);
  const stop = async (): Promise<void> => {
    process.off("exit", killAll);
    for (const child of started.toReversed()) child.kill("SIGTERM");
    await Promise.all(started.map((child) => ended(child, 15_000)));
    for (const { dataDir } of members) killPostgres(dataDir);
    await Promise.all(members.flatMap(({ wires }) => allWires(wires).map((wire) => wire.close())));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(isWhole, "a primary is chosen and followed by the others", START_MS);
  } catch (error) {
    showLogs();
    await stop();
    throw error;
  }
  return {
    url: `postgres://postgres:failover@127.0.0.1:${front}/postgres`,
    primary: async () => (await primaryMember())?.name ?? null,
    isWhole,
    killPrimary: async () => {
      const member = await primaryNow();
      member.kill();
      return member.name;
    },
    killStranded: async (ms) => {
      const member = await primaryNow();
      member.wires.standbys.cut();
      await pause(ms);
      member.kill();
      return member.name;
    },
    cutOffPrimary: async () => {
      const member = await primaryNow();
      for (const wire of allWires(member.wires)) wire.cut();
      return member.name;
    },
    switchOver: async () => {
      const member = await primaryNow();
      const reply = await ask(member, "/switchover", { leader: member.name });
      if (!reply?.ok) throw new Error(`Patroni does not switch over: ${reply?.text}`);
      return member.name;
    },
    restore: () => {
      for (const member of members) {
        for (const wire of allWires(member.wires)) wire.mend();
        member.start();
      }
    },
    showLogs,
    stop,
  };
};

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

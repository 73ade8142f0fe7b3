import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { openDatabase } from "#adapters/postgres/database.ts";
import { checkServer, keepsSessions, mayPass, type Session } from "#adapters/postgres/server-check.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { withClient } from "./database-rows.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const changed = (change: (url: URL) => void): string => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

describe("a server is told apart in words", () => {
  test("when it will do", async () => {
    expect(await checkServer(database.url)).toBeNull();
  });

  test("when nothing answers, which may pass", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as { readonly port: number };
    probe.close();
    await once(probe, "close");
    const problem = await checkServer(
      changed((url) => {
        url.port = String(port);
      }),
    );
    expect(problem).toEqual({ kind: "unreachable" });
    expect(mayPass(problem!)).toBe(true);
  });

  test("when the password or the name of the database is another", async () => {
    const [wrong, absent] = [
      changed((url) => {
        url.password = "wrong";
      }),
      changed((url) => {
        url.pathname = "/nowhere";
      }),
    ];
    expect(await checkServer(wrong)).toEqual({ kind: "login-refused" });
    expect(await checkServer(absent)).toEqual({ kind: "no-such-database" });
    expect(mayPass({ kind: "login-refused" })).toBe(false);
  });

  test("when it is read-only, as a standby is", async () => {
    const readOnly = await createTestDatabase();
    const name = new URL(readOnly.url).pathname.slice(1);
    await withClient(readOnly.url, (client) =>
      client.query(`alter database "${name}" set default_transaction_read_only = on`),
    );
    const problem = await checkServer(readOnly.url);
    await readOnly.drop();
    expect(problem).toEqual({ kind: "read-only" });
  });

  test("when it has no connection left", async () => {
    const role = `r${randomUUID().slice(0, 8)}`;
    await withClient(database.url, (client) =>
      client.query(`create role ${role} login password 'word' connection limit 1`),
    );
    const url = changed((each) => {
      each.username = role;
      each.password = "word";
    });
    const busy = new Client(url);
    await busy.connect();
    const problem = await checkServer(url);
    await busy.end();
    await withClient(database.url, (client) => client.query(`drop role ${role}`));
    expect(problem).toEqual({ kind: "too-many-connections" });
    expect(mayPass(problem!)).toBe(true);
  });
});

describe("poolers", () => {
  const sessionOf = (client: Client): Session => ({
    one: async <T>(statement: string, values: readonly string[] = []) =>
      (await client.query<{ value: T }>(statement, [...values])).rows[0]!.value,
  });

  test("that lend a connection for each transaction are found out, and whole sessions are kept", async () => {
    await withClient(database.url, async (one) => {
      await withClient(database.url, async (other) => {
        expect(await keepsSessions(sessionOf(one), sessionOf(other))).toBe(true);
        // Two clients share a connection, or take any of two by turns.
        expect(await keepsSessions(sessionOf(one), sessionOf(one))).toBe(false);
        const turns = [one, other];
        const any: Session = {
          one: (statement, values) => {
            turns.reverse();
            return sessionOf(turns[0]!).one(statement, values);
          },
        };
        expect(await keepsSessions(any, any)).toBe(false);
      });
    });
  });

  test("are asked at start-up for nothing that they do not know, and statements have their time all the same", async () => {
    const packets: Buffer[] = [];
    const server = createServer((socket: Socket) => {
      socket.once("data", (data) => {
        packets.push(data);
        socket.destroy();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { readonly port: number };
    const away = openDatabase(
      changed((url) => {
        url.port = String(port);
      }),
    );
    await Promise.all([away.hot, away.keyed].map((pool) => pool.connect().catch(() => {})));
    await away.close();
    server.close();
    const names = packets.flatMap((packet) =>
      packet
        .subarray(8)
        .toString()
        .split("\0")
        .filter((_, i) => i % 2 === 0),
    );
    const known = ["user", "database", "application_name", "client_encoding", ""];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    const here = openDatabase(database.url);
    for (const pool of [here.hot, here.keyed]) {
      const connection = await pool.connect();
      const { rows } = await connection.query("show statement_timeout");
      connection.release();
      expect(rows).toEqual([{ statement_timeout: "5s" }]);
    }
    await here.close();
  });
});

test("a database over a Unix socket is found by the folder of the socket", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-socket-"));
  const folder = await mkdtemp(join("/tmp", "pg-"));
  try {
    await chmod(folder, 0o777);
    const postgres = await startEmbeddedPostgres({
      dataDir,
      settings: { unix_socket_directories: folder, fsync: "off" },
    });
    if (!postgres.ok) throw new Error("Expected a server");
    const { username, password, pathname, port } = new URL(postgres.value.url);
    const url = `postgresql://${username}:${password}@${pathname}?host=${folder}&port=${port}`;
    const found = await checkServer(url);
    const there = openDatabase(url);
    const connection = await there.keyed.connect();
    const { rows } = await connection.query("select inet_server_addr() as address");
    connection.release();
    await there.close();
    await postgres.value.stop();
    expect(found).toBeNull();
    expect(rows).toEqual([{ address: null }]);
  } finally {
    await Promise.all([dataDir, folder].map((each) => rm(each, { recursive: true, force: true })));
  }
});

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { describeEmbeddedPostgresFailure } from "#adapters/embedded-postgres/failure.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server for this run, and a database on it with the newest schema, to be cloned. */
    testServer: {
      readonly url: string;
      readonly template: string;
      /** What went wrong with the schema: it concerns only the tests that need a database. */
      readonly problem: string | undefined;
    };
  }
}

interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The data is thrown away, so nothing waits for the disk. */
const CARELESS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

const startServer = async (): Promise<TestServer> => {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== "") return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-test-"));
  const postgres = await startEmbeddedPostgres({ dataDir, settings: CARELESS });
  const clean = () => rm(dataDir, { recursive: true, force: true });
  if (!postgres.ok) {
    await clean();
    throw new Error(describeEmbeddedPostgresFailure(postgres.error));
  }
  const { url } = postgres.value;
  await withAdmin(url, (admin) => hashPasswordOnce(admin, new URL(url).password));
  return { url, stop: () => postgres.value.stop().then(clean) };
};

/** Thousands of connections are opened, and each costs thousands of hashes on either side. */
const hashPasswordOnce = async (admin: Client, password: string): Promise<void> => {
  await admin.query("set scram_iterations = 1");
  await admin.query(`alter role current_user password ${admin.escapeLiteral(password)}`);
};

const migrations = new URL("../../adapters/postgres/migrate.ts", import.meta.url);

const migrate = async (url: string): Promise<string | undefined> => {
  if (!existsSync(migrations)) return undefined;
  try {
    const module: { migrate: (url: string) => Promise<unknown> } = await import(migrations.href);
    await module.migrate(url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
};

const withAdmin = async (url: string, work: (admin: Client) => Promise<void>): Promise<void> => {
  const admin = new Client(url);
  await admin.connect();
  await work(admin).finally(() => admin.end());
};

/** One PostgreSQL for all tests of a run: embedded and thrown away, or the one that TEST_DATABASE_URL names. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const server = await startServer();
  const template = `sms_proxy_test_${crypto.randomUUID().slice(0, 8)}`;
  const teardown = async (): Promise<void> => {
    await withAdmin(server.url, async (admin) => {
      const clones = await admin.query<{ datname: string }>(
        "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
        [template],
      );
      for (const { datname } of clones.rows) await admin.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
    }).finally(server.stop);
  };
  try {
    await withAdmin(server.url, async (admin) => {
      await admin.query(`CREATE DATABASE "${template}"`);
    });
    const url = new URL(server.url);
    url.pathname = `/${template}`;
    provide("testServer", { url: server.url, template, problem: await migrate(url.href) });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
};

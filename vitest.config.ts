import { defineConfig } from "vitest/config";

/** Tests of adapters that need neither a socket nor a database. */
const CODECS = [
  "test/adapters/{memory,libphonenumber,journal}/**/*.test.ts",
  "test/adapters/node.test.ts",
  "test/adapters/smpp/{bind-journal,codec,deliver-sm-handler,framing,profile,receipts,recent-*,reconnect,redelivery,session,texts,window}.test.ts",
  "test/adapters/vonage-http/{payloads,signature}.test.ts",
];

/** One PostgreSQL for all tests of a project; `TEST_DATABASE_URL` names another than the embedded one. */
const WITH_POSTGRES = { globalSetup: ["test/support/global-setup.ts"] };

/** Timeouts are short enough to show a hang, and long enough for two slow cores. */
const within = (ms: number) => ({ testTimeout: ms, hookTimeout: 2 * ms });

export default defineConfig({
  test: {
    // Two workers: the tests start real databases and sockets, and more of them would only fight for the cores.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "test/core/**/*.test.ts",
            "test/{architecture,words,mutation/*,deploy/*}.test.ts",
            ...CODECS,
          ],
          // Nothing here leaves anything behind, so files share a worker: half the time.
          isolate: false,
          ...within(30_000),
        },
      },
      {
        extends: true,
        test: {
          name: "carriers",
          include: ["test/adapters/**/*.test.ts"],
          exclude: [...CODECS, "test/adapters/{postgres,embedded-postgres}*", "test/adapters/postgres/**"],
          ...within(30_000),
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: [
            "test/adapters/postgres/**/*.test.ts",
            "test/adapters/embedded-postgres.test.ts",
            "test/support/*.test.ts",
          ],
          ...within(30_000),
          ...WITH_POSTGRES,
        },
      },
      {
        extends: true,
        test: {
          name: "apps",
          include: ["test/{apps,bench}/**/*.test.ts"],
          ...within(60_000),
          ...WITH_POSTGRES,
        },
      },
      {
        extends: true,
        test: { name: "simulation", include: ["test/simulation/**/*.test.ts"], ...within(60_000) },
      },
    ],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers: the tests start real databases and sockets, and more of them would only fight for the cores.
    maxWorkers: 2,
  },
});

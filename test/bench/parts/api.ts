import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { startApp } from "./child.ts";
import { BENCH_KEY } from "./live-routes.ts";
import type { App } from "./processes.ts";

export const API_SECRET = "bench-secret-bench-secret";
const READY_MS = 90_000;

export interface StartedApi {
  readonly child: App;
  readonly port: number;
}

/** The API as it is in production, by its settings alone. Without a carrier in them, what is to be sent stays in the queue. */
export const startApi = async (
  databaseUrl: string,
  profileDir: string | undefined,
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedApi> => {
  const port = await freePort();
  const child = startApp("api", {
    profileDir,
    env: {
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: BENCH_KEY.toString("base64"),
      API_KEYS: `bench:${API_SECRET}`,
      PORT: String(port),
      LOG_LEVEL: "error",
      ...settings,
    },
  });
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await pause(20)) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer?.ok) return { child, port };
  }
  await child.end();
  throw new Error("The API did not start");
};

const freePort = async (): Promise<number> => {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
};

import type { Simulator } from "#apps/simulator/simulator.ts";
import { type RunningChild, startChild } from "#test/apps/sandbox/running-child.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { ENCRYPTION_KEY, SYSTEM_TYPE } from "./running-gateway.ts";

export const WINDOW = 10;

/** A gateway in a process of its own, with two binds, which are up, and rates that are not waited for. `root`: of another version. */
export const startGatewayProcess = async (
  simulator: Simulator,
  databaseUrl: string,
  change: Readonly<Record<string, string>> = {},
  root?: string,
): Promise<RunningChild> => {
  const { binds } = simulator.stats().smpp;
  const child = await startUnboundGateway(simulator, databaseUrl, change, root);
  await eventually(() => simulator.stats().smpp.binds >= binds + 2, "its binds are up");
  return child;
};

/** The same, ready, whether its binds are up or not. */
export const startUnboundGateway = async (
  simulator: Simulator,
  databaseUrl: string,
  change: Readonly<Record<string, string>> = {},
  root?: string,
): Promise<RunningChild> => {
  const { account, httpUrl, smppUrl } = simulator;
  const settings = {
    GATEWAY_PORT: "0",
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: Buffer.from(ENCRYPTION_KEY).toString("base64"),
    VONAGE_API_KEY: account.apiKey,
    VONAGE_API_SECRET: account.apiSecret,
    VONAGE_REST_HOST: httpUrl,
    VONAGE_API_HOST: httpUrl,
    SMPP_URLS: `${smppUrl},${smppUrl}`,
    SMPP_SYSTEM_ID: account.systemId,
    SMPP_PASSWORD: account.password,
    SMPP_SYSTEM_TYPE: SYSTEM_TYPE,
    SMPP_WINDOW: String(WINDOW),
    SMPP_RATE: "10000",
    HTTP_RATE: "10000",
    DRAIN_TIMEOUT: "10s",
    ...change,
  };
  const child = startChild("apps/gateway/main.ts", settings, root);
  await child.line(/"Ready"/);
  return child;
};

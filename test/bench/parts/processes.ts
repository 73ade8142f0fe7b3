import { type Child, startApp, startChild } from "./child.ts";
import { BENCH_KEY } from "./live-routes.ts";
import type { SmscOptions } from "./smsc.ts";

/** The carrier that a benchmark runs against. */
export interface Generator {
  readonly child: Child;
  readonly port: number;
}

export const startGenerator = async (options: SmscOptions): Promise<Generator> => {
  const child = startChild("test/bench/programs/generator.ts", [JSON.stringify(options)]);
  return { child, port: await child.heard<number>("port") };
};

export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly smscPort: number;
  readonly window: number;
  readonly profileDir?: string | undefined;
}

/** More than any benchmark brings: the pace is not what is measured. */
const RATE = "100000";

export type App = Pick<Child, "pid" | "end">;

/** The gateway as it is in production, by its settings alone. */
export const startGateway = ({ databaseUrl, smscPort, window, profileDir }: GatewayOptions): App =>
  startApp("gateway", {
    profileDir,
    env: {
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: BENCH_KEY.toString("base64"),
      SMPP_URLS: `smpp://127.0.0.1:${smscPort}`,
      SMPP_SYSTEM_ID: "bench",
      SMPP_PASSWORD: "bench",
      SMPP_WINDOW: String(window),
      SMPP_RATE: RATE,
      SMPP_MESSAGE_ID: "same",
      GATEWAY_PORT: "0",
      LOG_LEVEL: "error",
    },
  });

/** The gateway with everything but storage. */
export const startStorelessGateway = (
  smscPort: number,
  {
    pairs,
    window,
    profileDir,
  }: { readonly pairs: number; readonly window: number; readonly profileDir?: string | undefined },
): Child =>
  startChild("test/bench/programs/storeless-gateway.ts", [String(smscPort), String(pairs), String(window)], {
    profileDir,
  });

/** A relay as one would write it first: node-smpp, a table in memory, nothing stored. */
export const startNaiveRelay = (smscPort: number, pairs: number, noDelay: boolean): Child =>
  startChild("test/bench/programs/naive-relay.ts", [String(smscPort), String(pairs), String(noDelay)]);

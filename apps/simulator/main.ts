import { existsSync } from "node:fs";
import { SIGNATURE_METHODS, type SignatureMethod } from "#apps/simulator/webhooks/signature.ts";
import { startSimulator } from "./simulator.ts";

/** The simulated carrier as a process of its own: `npm run simulator`. */
const HTTP_PORT = 3_001;
const SMPP_PORT = 2_775;

if (existsSync(".env")) process.loadEnvFile(".env");
const { env } = process;

const fail = (reason: string): never => {
  console.error(`Cannot start the simulator: ${reason}`);
  process.exit(1);
};

const wholeNumber = (name: string, otherwise: number, most: number): number => {
  const written = env[name];
  if (written === undefined || written === "") return otherwise;
  const value = Number(written);
  return /^\d+$/.test(written) && value <= most
    ? value
    : fail(`${name} must be a whole number up to ${most}, not "${written}"`);
};

const signatureMethod = (): SignatureMethod | undefined => {
  const written = env.VONAGE_SIGNATURE_METHOD;
  if (!written) return undefined;
  return (
    SIGNATURE_METHODS.find((method) => method === written) ??
    fail(`VONAGE_SIGNATURE_METHOD must be one of ${SIGNATURE_METHODS.join(", ")}`)
  );
};

const webhookFormat = (): "get" | "form" | "json" | undefined => {
  const written = env.SIMULATOR_WEBHOOK_FORMAT;
  if (!written) return undefined;
  const formats = ["get", "form", "json"] as const;
  return (
    formats.find((format) => format === written) ??
    fail(`SIMULATOR_WEBHOOK_FORMAT must be one of ${formats.join(", ")}`)
  );
};

const takenPort = (error: NodeJS.ErrnoException & { readonly port?: number }): string => {
  const name = error.port === smppPort ? "SIMULATOR_SMPP_PORT" : "SIMULATOR_PORT";
  return `port ${error.port} is taken; set ${name} to another`;
};

const smppPort = wholeNumber("SIMULATOR_SMPP_PORT", SMPP_PORT, 65_535);
const rate = wholeNumber("SIMULATOR_RATE", 30, 1_000_000);

const simulator = await startSimulator({
  httpPort: wholeNumber("SIMULATOR_PORT", HTTP_PORT, 65_535),
  account: {
    apiKey: env.VONAGE_API_KEY || undefined,
    apiSecret: env.VONAGE_API_SECRET || undefined,
    signatureSecret: env.VONAGE_SIGNATURE_SECRET || undefined,
    signatureMethod: signatureMethod(),
    systemId: env.SMPP_SYSTEM_ID || undefined,
    password: env.SMPP_PASSWORD || undefined,
  },
  webhooks: {
    format: webhookFormat(),
    inboundUrl: env.SIMULATOR_INBOUND_URL || undefined,
    statusUrl: env.SIMULATOR_STATUS_URL || undefined,
  },
  limits: { http: rate, smpp: rate, binds: wholeNumber("SIMULATOR_BINDS", 2, 1_000) },
  smpp: { ports: [smppPort] },
  stateFile: env.SIMULATOR_STATE_FILE || undefined,
}).catch((error: NodeJS.ErrnoException) =>
  fail(error.code === "EADDRINUSE" ? takenPort(error) : error.message),
);

const { account } = simulator;
const signed = account.signatureSecret === undefined ? "unsigned" : `signed (${account.signatureMethod})`;
// It is for tests and takes connections from this machine only: its credentials are no secret.
console.log(`The simulated carrier is ready.

  HTTP   ${simulator.httpUrl}
         VONAGE_API_KEY=${account.apiKey}
         VONAGE_API_SECRET=${account.apiSecret}
  SMPP   ${simulator.smppUrl}
         SMPP_SYSTEM_ID=${account.systemId}
         SMPP_PASSWORD=${account.password}
  Webhooks go out ${signed}.
`);

const stop = async (): Promise<void> => {
  await simulator.stop();
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { startApi } from "#test/apps/api/running-api.ts";
import type { RunningChild } from "#test/apps/sandbox/running-child.ts";
import { hasOpenssl, openssl } from "#test/support/openssl.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { startGatewayProcess, startUnboundGateway } from "./gateway-process.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { ENCRYPTION_KEY } from "./running-gateway.ts";

const rented = ourNumbers(2);
const running: (() => Promise<unknown>)[] = [];
let folder: string;
let database: TestDatabase;
let storage: PostgresStorage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "smpps-"));
  makeAuthority("ours");
  makeAuthority("somebody-else");
  signServer("ours");
  signExpired("somebody-else");
  database = await createTestDatabase();
  storage = postgresStorage({ url: database.url, keyring: keyring([ENCRYPTION_KEY]), clock: systemClock });
  await register(storage, rented);
});
afterAll(async () => {
  await storage.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

const file = (name: string): string => join(folder, name);

const certificate = (name: string, subject: string, ...more: readonly string[]): void => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const out = ["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`), "-days", "2"];
  const args = ["req", "-x509", ...key, ...out, "-subj", `/CN=${subject}`, ...more];
  openssl(args);
};

const makeAuthority = (name: string): void => certificate(name, `authority of ${name}`);

const signServer = (authority: string): void =>
  certificate(
    "server",
    "localhost",
    ...["-CA", file(`${authority}.pem`), "-CAkey", file(`${authority}.key`)],
    ...["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE"],
  );

/** A certificate for localhost that has expired a day ago; its key is that of `server`. */
const signExpired = (authority: string): void => {
  openssl(["req", "-new", "-key", file("server.key"), "-out", file("expired.csr"), "-subj", "/CN=localhost"]);
  const by = ["-CA", file(`${authority}.pem`), "-CAkey", file(`${authority}.key`), "-CAcreateserial"];
  openssl(["x509", "-req", "-in", file("expired.csr"), ...by, "-days", "-1", "-out", file("expired.pem")]);
};

interface Endpoint {
  readonly url: string;
  /** What each connection has sent, before anything is decrypted. */
  readonly received: readonly Buffer[];
}

/** The SMSC behind TLS, as carriers have it: a certificate of our own authority, signed for localhost. */
const tlsEndpoint = async ({ smppPort }: Simulator, shown = "server"): Promise<Endpoint> => {
  const received: Buffer[] = [];
  const open = new Set<net.Socket>();
  const join = (one: net.Socket, other: net.Socket): void => {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  };
  const identity = { key: readFileSync(file("server.key")), cert: readFileSync(file(`${shown}.pem`)) };
  const inner = tls.createServer(identity, (socket) => join(socket, net.connect(smppPort, "127.0.0.1")));
  inner.on("tlsClientError", () => {});
  const outer = net.createServer((socket) => {
    let index: number | undefined;
    socket.on("data", (chunk) => {
      index ??= received.push(Buffer.alloc(0)) - 1;
      received[index] = Buffer.concat([received[index]!, chunk]);
    });
    join(socket, net.connect(portOf(inner), "127.0.0.1"));
  });
  for (const server of [inner, outer]) await once(server.listen(0, "127.0.0.1"), "listening");
  running.push(async () => {
    for (const socket of open) socket.destroy();
    for (const server of [outer, inner]) await once(server.close(), "close");
  });
  return { url: `smpps://localhost:${portOf(outer)}`, received };
};

const EXPIRY = /^sms_proxy_bind_certificate_expires_timestamp_seconds\{[^}]*\} (\S+)$/gm;

const figuresOf = async (gateway: RunningChild): Promise<string> => {
  const [, address] = await gateway.line(/"address":"([^"]+)"[^\n]*"Ready"/);
  return (await fetch(`${address}/metrics`)).text();
};

const portOf = (server: net.Server): number => (server.address() as net.AddressInfo).port;

const shownTo = (simulator: Simulator, { person }: Side, text: string) =>
  eventually(() => simulator.inbox(person).find((shown) => shown.text === text), `"${text}" arrives`, 20_000);

/** A TLS record of a handshake is first, and neither who we are nor our password is ever to be read. */
const expectEncrypted = (endpoint: Endpoint, { account }: Simulator): void => {
  for (const bytes of endpoint.received) {
    expect(bytes[0]).toBe(0x16);
    expect(bytes.includes(account.password)).toBe(false);
    expect(bytes.includes(account.systemId)).toBe(false);
  }
};

test.skipIf(!hasOpenssl)(
  "a text goes in and out over TLS, when the carrier's certificate is of an authority that we were told of",
  async () => {
    const simulator = await startSimulator({ limits: noLimits, rented });
    running.push(simulator.stop);
    const endpoint = await tlsEndpoint(simulator);
    const [ann, ben] = (await openConversations(storage, 1)) as [Side, Side];
    const gateway = await startGatewayProcess(simulator, database.url, {
      SMPP_URLS: `${endpoint.url},${endpoint.url}`,
      NODE_EXTRA_CA_CERTS: file("ours.pem"),
    });
    simulator.text(ann.person, ann.textsTo, "Hello Ben");
    expect(await shownTo(simulator, ben, "Hello Ben")).toMatchObject({ from: ann.shownAs, link: "smpp" });
    await eventually(() => simulator.stats().smpp.receiptAcks === 1, "the receipt is taken");
    expect(endpoint.received).toHaveLength(2);
    expectEncrypted(endpoint, simulator);
    const expiries = [...(await figuresOf(gateway)).matchAll(EXPIRY)].map(([, seconds]) => Number(seconds));
    const inTwoDays = Date.parse(new X509Certificate(readFileSync(file("server.pem"))).validTo) / 1_000;
    expect(expiries).toEqual([inTwoDays, inTwoDays]);
    expect(await gateway.end("SIGTERM")).toBe(0);
  },
);

test.skipIf(!hasOpenssl)(
  "with another authority, or past its time, nothing binds, log and API and figures say why, and texts go over HTTP",
  async () => {
    const api = await startApi({ databaseUrl: database.url, simulator: { rented } });
    running.push(api.stop);
    const { simulator } = api;
    const webhooks = `${api.url}/webhooks/vonage`;
    simulator.setWebhookUrls({ inboundUrl: `${webhooks}/inbound`, statusUrl: `${webhooks}/status` });
    const endpoint = await tlsEndpoint(simulator);
    const expired = await tlsEndpoint(simulator, "expired");
    const [ann, ben] = (await openConversations(storage, 1)) as [Side, Side];
    const gateway = await startUnboundGateway(simulator, database.url, {
      SMPP_URLS: `${endpoint.url},${expired.url}`,
      NODE_EXTRA_CA_CERTS: file("somebody-else.pem"),
    });
    simulator.text(ann.person, ann.textsTo, "Hello Ben");
    expect(await shownTo(simulator, ben, "Hello Ben")).toMatchObject({ from: ann.shownAs, link: "http" });
    const triedOften = () => endpoint.received.length >= 3 && expired.received.length >= 3;
    await eventually(triedOften, "both have tried three times");

    const causes = { "smpp-1": "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "smpp-2": "CERT_HAS_EXPIRED" };
    const lines = gateway.output().split("\n");
    const figures = await figuresOf(gateway);
    /** A link that nobody accepts is down between its attempts, and connecting while it makes one. */
    const shownDown = async (link: string) => {
      const { items } = (await api.ask("GET", "/v1/links")).body as {
        items: { name: string; state: string }[];
      };
      return items.find(({ name, state }) => name === link && state === "down");
    };
    for (const [link, cause] of Object.entries(causes)) {
      const line = lines.find((each) => each.includes("The link is down") && each.includes(`"${link}"`));
      expect(JSON.parse(line!)).toMatchObject({ link, code: "unreachable", cause });
      expect(await eventually(() => shownDown(link), `${link} waits for its next attempt`)).toMatchObject({
        nextAttemptAt: expect.any(String),
        reason: {
          code: "unreachable",
          name: cause,
          detail: expect.stringContaining("The certificate of the host is not to be trusted"),
        },
      });
      expect(figures).toMatch(new RegExp(`sms_proxy_link_up\\{[^}]*link="${link}"[^}]*\\} 0`));
      expect(figures).toMatch(
        new RegExp(`sms_proxy_bind_downs_total\\{[^}]*link="${link}"[^}]*reason="unreachable"[^}]*\\} \\d`),
      );
    }
    // Nobody looks at what was not accepted.
    expect(figures).not.toMatch(EXPIRY);
    expect(gateway.output()).not.toContain(simulator.account.password);
    expectEncrypted(endpoint, simulator);
    expect(simulator.stats().smpp).toMatchObject({ binds: 0, bindsRefused: 0, submits: 0 });
    expect(await gateway.end("SIGTERM")).toBe(0);
  },
);

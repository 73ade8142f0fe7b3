import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasOpenssl, openssl } from "#test/support/openssl.ts";
import { type RawPeer, rawPeer } from "./raw-peer.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { type Recorded, testConnection } from "./test-connection.ts";
import { type TestSmsc, testSmsc } from "./test-smsc.ts";
import { until } from "./until.ts";

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

let folder: string;
let localhost: Certificate;
let somebody: Certificate;
let smsc: TestSmsc | undefined;
let raw: RawPeer | undefined;
let ours: Recorded;

const selfSigned = (name: string): Certificate => {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const request = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  openssl([...request, "-keyout", key, "-out", cert, ...subject]);
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "smpp-tls-"));
  localhost = selfSigned("localhost");
  somebody = selfSigned("somebody-else.example");
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await ours.connection.stop(0);
  await smsc?.close();
  await raw?.close();
  smsc = undefined;
  raw = undefined;
});

const bound = () => until(() => ours.connection.status().state === "bound", "the connection is bound");

describe.skipIf(!hasOpenssl)("a connection over TLS", () => {
  it("binds and sends when the certificate is the one it trusts", async () => {
    smsc = await testSmsc(localhost);
    ours = testConnection(smsc.port, { host: "localhost", tls: { ca: localhost.cert } });
    ours.connection.start();
    await bound();
    ours.connection.submit(noMessage, "a");
    await until(() => ours.outcomes.get("a")?.kind === "accepted", "it is accepted");
  });

  it("never gives its password to a peer that it cannot verify", async () => {
    smsc = await testSmsc(localhost);
    ours = testConnection(smsc.port, { host: "localhost", tls: {} });
    ours.connection.start();
    await until(() => ours.downs.length >= 2, "it has tried twice");
    expect(ours.downs[0]!.reason).toEqual({ kind: "unreachable", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(smsc.received).toEqual([]);
  });

  it("nor to one with somebody else's certificate", async () => {
    smsc = await testSmsc(somebody);
    ours = testConnection(smsc.port, { host: "localhost", tls: { ca: somebody.cert } });
    ours.connection.start();
    await until(() => ours.downs.length >= 1, "it has tried");
    expect(ours.downs[0]!.reason).toEqual({ kind: "unreachable", code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(smsc.received).toEqual([]);
    await ours.connection.stop(0);
    const { port } = smsc;
    ours = testConnection(port, {
      host: "127.0.0.1",
      tls: { ca: somebody.cert, servername: "somebody-else.example" },
    });
    ours.connection.start();
    await bound();
  });

  it("stays TLS when it connects again: a peer that turned plain hears no password", async () => {
    const seen: Buffer[] = [];
    raw = await rawPeer(undefined, ({ socket }) => {
      socket.removeAllListeners("data");
      socket.on("data", (chunk) => {
        seen.push(chunk);
        socket.destroy();
      });
    });
    ours = testConnection(raw.port, { host: "localhost", tls: { ca: localhost.cert } });
    ours.connection.start();
    await until(() => seen.length >= 3, "it has tried three times");
    for (const bytes of seen) {
      // A TLS handshake record, each time.
      expect(bytes[0]).toBe(0x16);
      expect(bytes.includes("secret")).toBe(false);
    }
  });

  it("binds again over TLS after the link was cut", async () => {
    smsc = await testSmsc(localhost);
    ours = testConnection(smsc.port, { host: "localhost", tls: { ca: localhost.cert } });
    ours.connection.start();
    await bound();
    smsc.sessions()[0]!.destroy();
    await until(() => ours.connection.status().connections === 2, "it is called again");
    await bound();
    expect(smsc.received.filter((pdu) => pdu.command === "bind_transceiver")).toHaveLength(2);
  });

  it("gives up a peer that never agrees on TLS", async () => {
    raw = await rawPeer();
    ours = testConnection(raw.port, { host: "localhost", tls: {}, times: { tlsMs: 50 } });
    ours.connection.start();
    await until(() => ours.downs.length >= 1, "it has given up");
    expect(ours.downs[0]!.reason).toEqual({ kind: "tls-timeout" });
  });
});

import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import { openssl } from "#test/support/openssl.ts";

/** TLS before an SMSC, with a certificate of an authority of its own. */
export interface TlsFront {
  readonly url: string;
  /** PEM, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  /** Shows a certificate of so many days from now on; what is connected is cut. */
  renew(days: number): void;
  close(): void;
}

export const startTlsFront = async (folder: string, smppPort: number): Promise<TlsFront> => {
  const file = (name: string): string => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const make = (name: string, days: number, ...more: readonly string[]): void =>
    openssl([
      ...["req", "-x509", ...key, "-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)],
      ...["-days", String(days), ...more],
    ]);
  const identity = (days: number) => {
    const by = ["-CA", file("authority.pem"), "-CAkey", file("authority.key")];
    const of = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    make("server", days, ...of, ...by, "-addext", "basicConstraints=CA:FALSE");
    return { key: readFileSync(file("server.key")), cert: readFileSync(file("server.pem")) };
  };
  make("authority", 400, "-subj", "/CN=authority of the run");
  const sockets = new Set<net.Socket>();
  const server = tls.createServer(identity(5), (near) => {
    const far = net.connect(smppPort, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `smpps://localhost:${(server.address() as net.AddressInfo).port}`,
    authority: file("authority.pem"),
    renew: (days) => {
      server.setSecureContext(identity(days));
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

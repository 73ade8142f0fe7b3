import net from "node:net";
import tls from "node:tls";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Absent: plain TCP. Present: TLS 1.2 or later with a verified certificate, or nothing. */
  readonly tls?: {
    /** PEM; absent: the authorities that Node trusts. */
    readonly ca?: string;
    /** The name the certificate must bear, if it is not `host`. */
    readonly servername?: string;
  };
}

/** Begins a connection. TLS is never given up for plain TCP: a peer that does not speak it is not spoken to. */
export const connect = ({ host, port, tls: secure }: Endpoint): net.Socket => {
  if (secure === undefined) return net.connect({ host, port });
  const name = secure.servername ?? (net.isIP(host) === 0 ? host : undefined);
  return tls.connect({
    host,
    port,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(name === undefined ? {} : { servername: name }),
    ...(secure.ca === undefined ? {} : { ca: secure.ca }),
  });
};

/** When the certificate of the other end expires, in milliseconds since the epoch; null: it has shown none. */
export const expiryOfCertificate = (socket: net.Socket): number | null => {
  if (!(socket instanceof tls.TLSSocket)) return null;
  const at = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(at) ? null : at;
};

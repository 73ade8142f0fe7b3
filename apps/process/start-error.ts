import { redact } from "./redact.ts";

const LISTEN_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken",
  EACCES: "not permitted",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host",
};

const CONNECT_TROUBLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it hung up",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "no answer",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up",
};

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

const placeOf = ({ address, hostname, port }: SystemError): string => {
  const host = address ?? hostname ?? "an address";
  return port === undefined ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`;
};

const nextPort = (port = 0): number => (port < 60_000 ? port + 1_000 : 0);

/** One line: why the component `name` of a process could not start. */
export const describeStartError = (
  name: string,
  thrown: unknown,
  ports: Readonly<Record<string, number>> = {},
): string => {
  // Node tries several addresses of one host, and then says what went wrong with each.
  const error = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  if (!(error instanceof Error)) return `Cannot start ${name}`;
  const system: SystemError = error;
  const { code = "", syscall } = system;
  const listening = LISTEN_TROUBLE[code];
  // A host that is to be listened on is looked up first.
  if (listening !== undefined && (syscall === "listen" || syscall === "bind")) {
    const setting = Object.keys(ports).find((each) => ports[each] === system.port);
    const way =
      code === "EADDRINUSE" && setting
        ? `; set ${setting} to another, such as ${setting}=${nextPort(system.port)}`
        : "";
    return `Cannot listen on ${placeOf(system)}: ${listening}${way}`;
  }
  const connecting = CONNECT_TROUBLE[code];
  if (connecting !== undefined) return `Cannot start ${name}: cannot reach ${placeOf(system)}, ${connecting}`;
  return `Cannot start ${name}: ${redact(error.message) || error.name}`;
};

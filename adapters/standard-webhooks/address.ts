import type { AddressCheck } from "#core/ports/webhook-sender.ts";

const URL_MAX = 2_000;
const WEB_PORTS: ReadonlySet<number> = new Set([80, 443]);
const FIRST_UNPRIVILEGED = 1_024;
/** Ports of other services, which a text that looks like HTTP could reach: those that the Fetch standard blocks, and of databases. */
const OTHER_PORTS: ReadonlySet<number> = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061,
  5432, 5672, 5984, 6000, 6379, 6380, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200,
  9300, 10_080, 10_250, 11_211, 27_017, 27_018,
]);

const isWebPort = (port: number): boolean =>
  WEB_PORTS.has(port) || (port >= FIRST_UNPRIVILEGED && !OTHER_PORTS.has(port));

export const portOf = ({ port, protocol }: URL): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);

const invalid = (reason: string): AddressCheck => ({ kind: "invalid", reason });

/** Whether it is an address of the web at all: what can be seen without looking its name up. */
export const checkAddress = (text: string): AddressCheck => {
  const url = URL.parse(text);
  if (url === null || text.length > URL_MAX || !["http:", "https:"].includes(url.protocol))
    return invalid("must be an address that begins with https:// or http://");
  if (url.username !== "" || url.password !== "") return invalid("must not hold a user or a password");
  if (url.hash !== "") return invalid("must not hold a fragment");
  if (!isWebPort(portOf(url))) return invalid("must name a port of the web, such as 443 or 8080");
  return { kind: "fine" };
};

import { isIP, isIPv4 } from "node:net";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";

/** An agent for each protocol. Addresses of networks that are not named are refused on the address that is connected. */
export interface Agents {
  readonly http: RequestFilteringHttpAgent;
  readonly https: RequestFilteringHttpsAgent;
  close(): void;
}

/** Connections to one host. */
const SOCKETS_MAX = 64;
/** One that was not used for so long (milliseconds) is closed, before most servers do. */
const IDLE_MS = 4_000;

/** Of the networks, those of one family: the filter can compare an address only with its own kind. */
const ofFamily = (networks: readonly string[], family: 4 | 6): string[] =>
  networks.filter((network) => isIPv4(network.split("/")[0]!) === (family === 4));

const agentsFor = (networks: readonly string[], family: 4 | 6): Agents => {
  const options = {
    keepAlive: true,
    maxSockets: SOCKETS_MAX,
    timeout: IDLE_MS,
    allowIPAddressList: ofFamily(networks, family),
  };
  const http = new RequestFilteringHttpAgent(options);
  const https = new RequestFilteringHttpsAgent(options);
  return {
    http,
    https,
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};

export interface NetworkFilter {
  /** The agents for addresses of a family. */
  readonly agents: { readonly 4: Agents; readonly 6: Agents };
  /** Whether something may be sent to an IP address. */
  allows(address: string): boolean;
  /** Lets go of idle connections. */
  close(): void;
}

/** `networks`: private ones to which something may be sent, as valid CIDR. */
export const networkFilter = (networks: readonly string[]): NetworkFilter => {
  const agents = { 4: agentsFor(networks, 4), 6: agentsFor(networks, 6) };
  return {
    agents,
    allows: (address) => {
      const family = isIP(address);
      if (family !== 4 && family !== 6) return false;
      // The filter tells at once, before anything is connected: the port is one to which nobody listens.
      let isRefused = false;
      const socket = agents[family].http.createConnection({ host: address, port: 9 }, (error) => {
        isRefused = isBlocked(error);
      });
      socket.on("error", () => {});
      socket.destroy();
      return !isRefused;
    },
    close: () => {
      agents[4].close();
      agents[6].close();
    },
  };
};

/** The filter has no code for what it refuses. */
export const isBlocked = (error: unknown): boolean =>
  error instanceof Error && /is not allowed\. Because/.test(error.message);

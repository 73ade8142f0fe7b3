import { randomUUID } from "node:crypto";
import type { ConnectionPorts } from "./smpp-connection.ts";
import { openSocketLink } from "./socket-link.ts";

/** The machine's own timers and sockets. */
export const machine: ConnectionPorts = {
  now: () => performance.now(),
  chance: Math.random,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  newId: randomUUID,
  open: openSocketLink,
};
